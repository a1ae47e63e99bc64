import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinTemplate, parseTemplate } from '../../src/mapping/template.ts';

test('a template is read as text and columns, with what stands for an empty one', () => {
  const cases: [template: string, parts: unknown][] = [
    ['{First Name} {Last}', [{ column: 'First Name', fallback: '' }, ' ', { column: 'Last', fallback: '' }]],
    ['{ A |no|ne}', [{ column: 'A', fallback: 'no|ne' }]],
    ['{{{A}}}', ['{', { column: 'A', fallback: '' }, '}']],
    ['plain', ['plain']],
    ['', []],
    ['{}', { fault: '{} names no column. Write {Column}' }],
    ['{A', { fault: '"{" has no counterpart. Write {{ for a brace' }],
    ['A}', { fault: '"}" has no counterpart. Write }} for a brace' }],
  ];
  for (const [template, parts] of cases) assert.deepEqual(parseTemplate(template), parts, template);
});

test('empty columns take the text around them with them', () => {
  const cases: [parts: (string | number)[], filled: string[], joined: string][] = [
    [[0, ' ', 1], ['Ann', 'Lee'], 'Ann Lee'],
    [[0, ' ', 1], ['', 'Lee'], 'Lee'],
    [[0, ' ', 1], ['Ann', ''], 'Ann'],
    [[0, ', ', 1, ' - ', 2], ['a', '', 'c'], 'a - c'],
    [[0, ', ', 1, ' - ', 2], ['', '', 'c'], 'c'],
    [[0, ' (', 1, ')'], ['a', 'b'], 'a (b)'],
    [[0, ' (', 1, ')'], ['a', ''], 'a'],
    [['Dr. ', 0, ' ', 1], ['', 'Lee'], 'Dr. Lee'],
    [['=', 0], [''], ''],
    [['Dr. ', 0, '!'], ['', ''], ''],
  ];
  for (const [parts, filled, joined] of cases)
    assert.equal(
      joinTemplate(parts, (column) => filled[column]!),
      joined,
      JSON.stringify([parts, filled]),
    );
});
