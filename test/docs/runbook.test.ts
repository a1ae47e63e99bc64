import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { page } from './markdown.ts';

test('what the runbook quotes is what the program says', () => {
  const source = readdirSync('src', { recursive: true })
    .filter((file) => String(file).endsWith('.ts'))
    .map((file) => readFileSync(join('src', String(file)), 'utf8'))
    .join('\n');
  const symptoms = [...page('docs/runbook.md').text.matchAll(/^\| "(.+?)"/gm)].map(([, quote]) => quote!);
  assert.ok(symptoms.length > 8);
  for (const symptom of symptoms) {
    for (const part of symptom.split('…').map((piece) => piece.trim()))
      assert.ok(source.includes(part), `nothing says "${part}"`);
  }
});
