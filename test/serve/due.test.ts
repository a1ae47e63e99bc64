import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Due } from '../../src/serve/due.ts';

test('the first goes at once, and what comes meanwhile goes together; a failure holds nothing up', async () => {
  const handed: (readonly string[])[] = [];
  const ends: ((how: 'well' | 'failed') => void)[] = [];
  const due = new Due(
    (batches) =>
      new Promise((resolve, reject) => {
        handed.push(batches);
        ends.push((how) => (how === 'well' ? resolve(undefined) : reject(new Error('gone'))));
      }),
  );
  due.add(['e1']);
  due.add(['e2', 'e3']);
  due.add(['e4']);
  assert.deepEqual(handed, [['e1']]);
  ends[0]!('failed');
  await turn();
  assert.deepEqual(handed, [['e1'], ['e2', 'e3', 'e4']]);
  ends[1]!('well');
  await turn();
  due.add(['e5']);
  assert.deepEqual(handed.at(-1), ['e5']);
});
