import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ageWarning, asOfIn, trueAt } from '../../src/commands/as-of.ts';

const HOUR = 3_600_000;

test('a time is taken with its zone, and nothing else but the word file', () => {
  assert.equal(asOfIn('2026-01-31T02:00:00Z'), Date.UTC(2026, 0, 31, 2));
  assert.equal(asOfIn('2026-01-31T02:00:00.250+01:00'), Date.UTC(2026, 0, 31, 1, 0, 0, 250));
  assert.equal(asOfIn('2026-01-31T02:00-05:30'), Date.UTC(2026, 0, 31, 7, 30));
  assert.equal(asOfIn('file'), 'file');
  for (const text of [
    '',
    'yesterday',
    '2026-01-31',
    '2026-01-31T02:00:00',
    '2026-02-30T02:00:00Z',
    '2026-01-31T25:00:00Z',
  ])
    assert.throws(() => asOfIn(text), /Give a time with its zone/, text);
});

test('an export is as old as it is said to be, else as its file, else as the command', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cs-as-of-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'export.csv');
  writeFileSync(file, 'email\n');
  utimesSync(file, 1000, 1000);
  const clock = { begun: 2_000_000, now: 3_000_000 };
  const given = { path: file, file };
  const piped = { path: '-', file };
  assert.equal(await trueAt(given, undefined, clock), 1_000_000);
  assert.equal(await trueAt(given, 'file', clock), 1_000_000);
  assert.equal(await trueAt(given, 2_500_000, clock), 2_500_000);
  assert.equal(await trueAt(piped, undefined, clock), 2_000_000);
  assert.equal(await trueAt(piped, 1, clock), 1);
  await assert.rejects(trueAt(piped, 'file', clock), /Standard input has no time of its own\. Give --as-of TIME/);
  await assert.rejects(
    trueAt(given, 3_000_001, clock),
    /^Refusal: --as-of lies in the future \(1970-01-01T00:50:00\.001Z\)/,
  );
  utimesSync(file, 4000, 4000);
  await assert.rejects(trueAt(given, undefined, clock), /The time of .*export\.csv lies in the future/);
  await assert.rejects(trueAt({ path: join(dir, 'gone'), file: join(dir, 'gone') }, 'file', clock), /ENOENT/);
});

test('an export that is older than what is known of writes brings a warning', () => {
  assert.equal(ageWarning('export.csv', 0, 24 * HOUR), undefined);
  const warning = ageWarning('-', 0, 72 * HOUR)!;
  assert.match(
    warning,
    /^Standard input is 3 d.* old, and what was written is known for 1 d.* only: .* Take a newer export\.$/,
  );
});
