import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Item } from '../../src/events/item.ts';
import { Together, type Told } from '../../src/events/together.ts';

const items = (...keys: string[]): Item[] => keys.map((k) => ({ k, s: '', o: 0, t: 'row' }));

test('deliveries of one turn are told in one go, and each hears of its own', async () => {
  const told: [string, string, string[]][] = [];
  const together = new Together(async (source, run, all) => {
    told.push([source, run, all.map(({ k }) => k)]);
    return { duplicates: [2, 3], batches: ['e1'], thin: ['r/1'] };
  });
  const [first, second, other] = await Promise.all([
    together.add('app', 'r', items('a', 'b')),
    together.add('app', 'r', items('c', 'd')),
    together.add('crm', 'r', items('e')),
  ]);
  assert.deepEqual(told, [
    ['app', 'r', ['a', 'b', 'c', 'd']],
    ['crm', 'r', ['e']],
  ]);
  assert.deepEqual(first, { duplicates: 1, batches: ['e1'], thin: ['r/1'] });
  assert.deepEqual(second, { duplicates: 1, batches: [], thin: [] });
  assert.equal(other!.duplicates, 0);
});

test('a failure, and a run that is not known, is told to every one; the next turn is another go', async () => {
  const answers: (() => Promise<Told | undefined>)[] = [
    () => Promise.reject(new Error('Redis is away')),
    () => Promise.resolve(undefined),
  ];
  const together = new Together(() => answers.shift()!());
  const failed = await Promise.allSettled([together.add('app', 'r', items('a')), together.add('app', 'r', items('b'))]);
  assert.deepEqual(
    failed.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.deepEqual(await Promise.all([together.add('app', 'r', items('a')), together.add('app', 'r', items('b'))]), [
    undefined,
    undefined,
  ]);
});

test('no more than 200 events go together, but a delivery is never cut', async () => {
  const sizes: number[] = [];
  const together = new Together(async (_source, _run, all) => {
    sizes.push(all.length);
    return { duplicates: [], batches: [], thin: [] };
  });
  const many = (n: number) => items(...Array.from({ length: n }, (_, i) => `k${i}`));
  await Promise.all([150, 50, 1, 500].map((n) => together.add('app', 'r', many(n))));
  assert.deepEqual(sizes, [200, 1, 500]);
});
