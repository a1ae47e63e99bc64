import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { insertSection, staleDocs } from '../../scripts/docs.ts';

test('the generated documentation is up to date (else: npx tsx scripts/docs.ts)', async () => {
  const stale = await staleDocs(fileURLToPath(new URL('../..', import.meta.url)));
  assert.deepEqual(
    stale.map(({ file }) => file),
    [],
  );
});

test('a section replaces what stands between its markers and nothing else', () => {
  const section = { file: 'a.md', marker: 'x', render: () => 'new' };
  const text = 'before\n<!-- BEGIN GENERATED: x -->\nold\n<!-- END GENERATED: x -->\nafter\n';
  const replaced = 'before\n<!-- BEGIN GENERATED: x -->\n\nnew\n\n<!-- END GENERATED: x -->\nafter\n';
  assert.equal(insertSection(text, section), replaced);
  assert.equal(insertSection(replaced, section), replaced);
  assert.throws(() => insertSection('no markers', section), /a\.md lacks the markers of "x"/);
});
