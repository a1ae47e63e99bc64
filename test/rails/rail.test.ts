import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf, stopIn, type Trip } from '../../src/rails/rail.ts';

const TRIPS: [Trip, string][] = [
  [
    { name: 'changed', changed: 8004, compared: 10_000, limit: 80 },
    'Guard rail changed: 8004 of 10000 contacts (80.1 %) would lose a value that they hold, and the limit is 80 % (--max-changed). If that is meant, let it pass once with --max-changed 100.',
  ],
  [
    { name: 'failed', refused: 11, writes: 50, limit: 20 },
    'Guard rail failed: 11 of 50 writes were refused, and the limit is 20 % of the first 50 (--max-failed). If that is meant, let it pass once with --max-failed 100.',
  ],
  [
    { name: 'column', field: 'name', how: 'empty', changed: 9, held: 12 },
    'Guard rail column: name is empty in every row, and would replace what 9 of 12 contacts hold, which differs from contact to contact. If that is meant, let it pass once with --allow column.',
  ],
  [
    { name: 'shrunk', path: '-', unit: 'rows', before: 100, now: 49, run: 'r0' },
    'Guard rail shrunk: standard input has 49 rows and had 100 with r0: less than half. If that is meant, let it pass once with --allow shrunk.',
  ],
];

test('each rail says what it saw, its limit, and how to let it pass once', () => {
  for (const [trip, sentence] of TRIPS) assert.equal(sentenceOf(trip), sentence);
});

test('a run keeps all rails that were hit, under the name of the first', () => {
  const trips = [TRIPS[2]![0], TRIPS[0]![0]];
  assert.deepEqual(stopIn(JSON.stringify(trips)), { name: 'column', sentence: `${TRIPS[2]![1]} ${TRIPS[0]![1]}` });
  assert.equal(stopIn(undefined), null);
});
