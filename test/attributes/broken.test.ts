import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaks, probeBody, probed } from '../../src/attributes/broken.ts';
import { type Json, parseLossless } from '../../src/contact/json.ts';
import { toLive } from '../../src/contact/live.ts';
import { cast, type SqlType } from '../../src/sandbox/filter/cast.ts';
import { SqlFault } from '../../src/sandbox/filter/row.ts';
import { answer, fault } from '../chatwoot/answers.ts';

const holding = (value: string) => toLive({ id: 1, custom_attributes: { k: parseLossless(value) as Json } })!;

/** Values as JSON, and what breaks under each type. */
const VALUES: [json: string, breaking: string[]][] = [
  ['null', []],
  ['12', ['date', 'checkbox']],
  ['1', ['date']],
  ['12345678901234567890', ['date', 'checkbox']],
  ['"12"', ['date', 'checkbox']],
  ['"1e5"', ['date', 'checkbox']],
  ['"12 seats"', ['number', 'date', 'checkbox']],
  ['""', ['number', 'date', 'checkbox']],
  ['true', ['number', 'date']],
  ['"f"', ['number', 'date']],
  ['"o"', ['number', 'date', 'checkbox']],
  ['"2026-01-31"', ['number', 'checkbox']],
  ['"2026-01-31T10:00:00.000Z"', ['number', 'checkbox']],
  ['"20261301"', ['date', 'checkbox']],
  ['"2026-01-31T77:00Z"', ['number', 'date', 'checkbox']],
  ['"31.01.2026"', ['number', 'date', 'checkbox']],
  ['[1]', ['number', 'date', 'checkbox']],
  ['{}', ['number', 'date', 'checkbox']],
];
for (const [json, breaking] of VALUES) {
  test(`${json} breaks ${breaking.join(', ') || 'nothing'}`, () => {
    const contact = holding(json);
    for (const type of ['number', 'date', 'checkbox'])
      assert.equal(breaks(contact, 'k', type), breaking.includes(type), type);
    for (const type of ['text', 'list', 'link', 'currency']) assert.equal(breaks(contact, 'k', type), false, type);
    assert.equal(breaks(contact, 'other', 'number'), false);
    assert.equal(breaks(contact, 'toString', 'number'), false);
  });
}

test('what passes for castable is castable in the stand-in too, which was written from the database', () => {
  const sql: [type: string, as: SqlType][] = [
    ['number', 'numeric'],
    ['date', 'date'],
    ['checkbox', 'boolean'],
  ];
  const texts = [
    '0',
    '-1.',
    '.5',
    '+1e-3',
    'NaN',
    '-Infinity',
    '1_0',
    't',
    'tr',
    'ye',
    'on',
    'of',
    'offf',
    '2026-02-29',
  ];
  for (const text of [...texts, ' 7 ', '', 'x', '20260101', '2026-01-01']) {
    for (const [type, as] of sql) {
      if (breaks(holding(JSON.stringify(text)), 'k', type))
        assert.throws(() => cast(text, as, 0), SqlFault, `${text} as ${as}`);
      else assert.doesNotThrow(() => cast(text, as, 0), `${text} as ${as}`);
    }
  }
});

test('only types that are cast are probed, with a text', () => {
  for (const type of ['text', 'list', 'link', 'currency', 'percent', 'toString'])
    assert.equal(probeBody('k', type), undefined);
  for (const type of ['number', 'date', 'checkbox']) {
    const { payload } = JSON.parse(probeBody('k', type)!);
    assert.equal(payload.length, 1);
    assert.equal(typeof payload[0].values[0], 'string');
  }
});

test('only a 500 of Chatwoot itself says that a filter is broken', () => {
  assert.equal(probed(answer()), 'works');
  assert.equal(probed(answer({ status: 500 })), 'broken');
  for (const status of [401, 404, 422, 502, 503]) assert.equal(probed(answer({ status })), undefined);
  assert.equal(probed(answer({ status: 500, mediaType: 'text/html' })), undefined);
  assert.equal(probed(fault('timeout')), undefined);
});
