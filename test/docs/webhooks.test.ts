import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { CONFIG } from '../../config/schema.ts';
import { VERIFY } from '../../config/verify.ts';
import { codeBlocks, page, pages } from './markdown.ts';

test('the table of schemes has each of them with exactly its settings', () => {
  const { text } = page('docs/webhooks.md');
  const section = /^## Who sent it$(.*?)^## /ms.exec(text)![1]!;
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = (cell: string) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!);
  const listed = rows
    .map((row) => row.split('|'))
    .map((cells) => [named(cells[1]!)[0]!, named(cells.at(-2)!)] as const);
  const there = VERIFY.options.map(({ shape }) => {
    const { scheme, ...settings } = shape as { scheme: { value: string } };
    return [scheme.value, Object.keys(settings).sort()] as const;
  });
  assert.deepEqual(new Map(listed.map(([name, settings]) => [name, settings.toSorted()])), new Map(there));
});

// A block marked `yml` is of another program.
test('every configuration that a page shows is one', () => {
  let shown = 0;
  for (const one of pages()) {
    for (const block of codeBlocks(one, 'yaml')) {
      const { success, error } = CONFIG.safeParse(parse(block));
      assert.ok(success, `${one.path}: ${error?.message}`);
      shown++;
    }
  }
  assert.ok(shown >= 7, `only ${shown} were found`);
});
