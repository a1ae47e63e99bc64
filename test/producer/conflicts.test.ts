import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planColumns } from '../../src/mapping/columns.ts';
import { withoutConflicts } from '../../src/producer/conflicts.ts';
import { hashOf, Partners } from '../../src/producer/partners.ts';
import type { SourceRow } from '../../src/producer/source.ts';

const plan = planColumns(['identifier', 'email'], { map: {}, emptyCells: 'leave' });

/** Rows from line 2 on, two in a batch. */
function reading(rows: readonly string[][]) {
  return async function* read(from: number): AsyncGenerator<SourceRow[]> {
    const all = rows.map((cells, i) => ({ line: i + 2, cells }));
    for (let i = from; i < all.length; i += 2) yield all.slice(i, i + 2);
  };
}

async function judged(rows: readonly string[][], from = 0, most?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of withoutConflicts(plan, reading(rows), most)(from))
    for (const row of batch) found.push('fault' in row ? (row.fault.detail ?? '') : 'fine');
  return found;
}

test('every row of an address with two identifiers, or the other way round, is refused with two lines that show it', async () => {
  const email = 'lines 2 and 5 have one e-mail address and two identifiers';
  const identifier = 'lines 3 and 7 have one identifier and two e-mail addresses';
  const rows = [
    ['1', 'a@x.y'],
    ['2', 'b@x.y'],
    ['3', 'c@x.y'],
    ['9', ' A@X.Y '],
    ['1', 'a@x.y'],
    ['2', 'bb@x.y'],
    ['', 'c@x.y'],
    ['3', ''],
    ['3', 'not one'],
    ['3', 'c@x.y'],
  ];
  const wanted = [email, identifier, 'fine', email, email, identifier, 'fine', 'fine', 'fine', 'fine'];
  assert.deepEqual(await judged(rows), wanted);
  assert.deepEqual(await judged(rows, 4), wanted.slice(4), 'the same when it is continued');
  assert.deepEqual((await judged(rows.toReversed())).filter((one) => one === 'fine').length, 5);
});

test('what lies beyond the bound is not compared, and rows without both keys are read as they are', async () => {
  const rows = [
    ['1', 'a@x.y'],
    ['2', 'b@x.y'],
    ['3', 'c@x.y'],
    ['4', 'd@x.y'],
    ['5', 'a@x.y'],
  ];
  assert.deepEqual(await judged(rows, 0, 4), Array(5).fill('fine'));
  assert.equal((await judged(rows)).filter((one) => one === 'fine').length, 3);
  const one = planColumns(['email', 'name'], { map: {}, emptyCells: 'leave' });
  const read = reading(rows);
  assert.equal(withoutConflicts(one, read), read);
});

test('a million keys or three: partners are told apart as a map of texts would', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 3000 }), (pairs) => {
      const partners = new Partners();
      const known = new Map<number, { partner: number; line: number; other?: number }>();
      for (const [line, [key, partner]] of pairs.entries()) {
        partners.add(...hashOf(String(key)), partner, line + 2);
        const first = known.get(key);
        if (first === undefined) known.set(key, { partner, line: line + 2 });
        else if (first.partner !== partner) first.other ??= line + 2;
      }
      assert.equal(partners.size, known.size);
      for (const [key, { line, other }] of known)
        assert.deepEqual(partners.contradiction(...hashOf(String(key))), other && [line, other]);
      assert.equal(partners.contradiction(...hashOf('no such key')), undefined);
    }),
    { numRuns: 20 },
  );
});
