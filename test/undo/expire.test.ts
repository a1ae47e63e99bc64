import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { expire } from '../../src/undo/expire.ts';

const NOW = Date.UTC(2026, 0, 31);
const daysAgo = (days: number) => new Date(NOW - days * 24 * 60 * 60 * 1000);

test('what is older than it may be undone is removed, and nothing else', async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-expire-'));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const [name, days] of Object.entries({ 'old.ndjson': 31, 'kept.ndjson': 29, 'note.txt': 400 })) {
    writeFileSync(path.join(dir, name), '');
    utimesSync(path.join(dir, name), daysAgo(days), daysAgo(days));
  }
  await expire(dir, 30, NOW);
  assert.deepEqual(readdirSync(dir).sort(), ['kept.ndjson', 'note.txt']);
  await expire(path.join(dir, 'nowhere'), 30, NOW);
});
