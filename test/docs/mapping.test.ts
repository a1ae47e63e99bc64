import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { mapped } from '../mapping/mapped.ts';

const PAGE = readFileSync('docs/mapping.md', 'utf8');
const EXAMPLE = /<!-- example -->\n\n```yaml\n(.*?)```\n\n```(csv|ndjson)\n(.*?)```\n\n```json\n(.*?)```/gs;
const examples = [...PAGE.matchAll(EXAMPLE)];

test('the page has its examples', () => {
  assert.equal(examples.length, PAGE.split('<!-- example -->').length - 1);
  assert.ok(examples.length >= 5);
});

for (const [, section = '', format = '', text = '', rows = ''] of examples) {
  const heading = PAGE.slice(0, PAGE.indexOf(section))
    .match(/^## .*$/gm)
    ?.at(-1);
  test(`the example under "${heading}" comes to what the page says`, async (t) => {
    const found = await mapped(fileIn(t, `rows.${format}`, text), parse(section).sources.crm.file);
    const wanted = rows
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const [i, row] of wanted.entries()) {
      // The page leaves out the words that name the column.
      if ('invalid' in row && !row.invalid.includes(':')) found[i]!.invalid = String(found[i]!.invalid).split(':')[0];
    }
    assert.deepEqual(found, wanted);
  });
}

test('every name of a setting on the page is one', () => {
  const names = readFileSync('docs/configuration.md', 'utf8');
  for (const [, name] of PAGE.matchAll(/`(\w+)`/g))
    if (/_/.test(name!)) assert.ok(names.includes(name!), `${name} stands nowhere in docs/configuration.md`);
});

function fileIn(t: TestContext, name: string, text: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'cs-mapping-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}
