import { test } from 'node:test';
import { reads } from './read.ts';

test('text is composed and trimmed, and nothing else', async () => {
  await reads('text', {}, [
    [' Ann ', '"Ann"'],
    [' Ann ', '" Ann "', { trim: false }],
    ['Zoe\u0308', '"Zoë"'],
    ['👩‍💻', '"👩‍💻"'],
    ['①', '"①"'],
    ["'t Hooft", '"\'t Hooft"'],
    ["'7210448301122", '"7210448301122"'],
    ["'+573001112233", '"+573001112233"'],
    ['007', '"007"'],
    ['😀😀', '"😀😀"', { max_length: 2 }],
    ['abc', '!text-too-long', { max_length: 2 }],
    ['a\0b', '!nul-byte'],
    ['a\ud800b', '!bad-text'],
  ]);
});

test('a placeholder may be a name; the error of a spreadsheet is nothing', async () => {
  await reads('text', {}, [
    ['Null', '"Null"'],
    ['N/A', '"N/A"'],
    ['-', '"-"'],
    ['#REF!', '!formula-error'],
    ['#VALUE!', '!formula-error'],
    ['#NAME?', '!formula-error'],
    ['#DIV/0!', '!formula-error'],
    ['#WERT!', '!formula-error'],
    ['#######', '!formula-error'],
    ['#1 customer', '"#1 customer"'],
    ['#N/A', 'null'],
    ['NULL', '', { treat_as_empty: ['null'] }],
    ['Nullmann', '"Nullmann"', { treat_as_empty: ['null'] }],
  ]);
});
