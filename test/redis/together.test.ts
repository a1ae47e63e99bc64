import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RedisClient } from '../../src/redis/connect.ts';
import { Together } from '../../src/redis/together.ts';

// Nothing is asked of the connection: it only says what may go together.
const connection = () => ({}) as RedisClient;

test('what is asked in one turn goes in one call, whoever asks, and each gets its own answer', async () => {
  const calls: number[][] = [];
  const double = new Together<number, number>(connection(), 'peek', async (items) => {
    calls.push([...items]);
    return items.map((n) => 2 * n);
  });
  const answers = await Promise.all([double.ask(1), double.ask(2), Promise.resolve().then(() => double.ask(3))]);
  assert.deepEqual(answers, [2, 4, 6]);
  assert.deepEqual(calls, [[1, 2, 3]]);
  assert.equal(await double.ask(4), 8);
  assert.deepEqual(calls, [[1, 2, 3], [4]]);
});

test('a hundred go at once at most, in their order', async () => {
  const sizes: number[] = [];
  const same = new Together<number, number>(connection(), 'learn', async (items) => {
    sizes.push(items.length);
    return items;
  });
  const wanted = Array.from({ length: 250 }, (_, i) => i);
  assert.deepEqual(await Promise.all(wanted.map((n) => same.ask(n))), wanted);
  assert.deepEqual(sizes, [100, 100, 50]);
});

test('of one connection what was learnt goes ahead of what is acknowledged, whichever was asked for first', async () => {
  const sent: string[] = [];
  const redis = connection();
  const noting = (kind: 'learn' | 'acknowledge' | 'acquire') =>
    new Together<string, undefined>(redis, kind, async (items) => {
      sent.push(...items);
      return items.map(() => undefined);
    });
  const [acquire, acknowledge, learn] = [noting('acquire'), noting('acknowledge'), noting('learn')];
  await Promise.all([acquire.ask('slot'), acknowledge.ask('a'), learn.ask('b'), acknowledge.ask('b')]);
  assert.deepEqual(sent, ['b', 'a', 'b', 'slot']);
});

test('one that a script fails at is no matter of the others', async () => {
  const refused = Object.assign(new Error('ERR bad argument'), { name: 'ReplyError' });
  const some = new Together<number, number>(connection(), 'acknowledge', async (items) => {
    if (items.includes(13)) throw refused;
    return items;
  });
  const ended = await Promise.allSettled([some.ask(1), some.ask(13), some.ask(3)]);
  assert.deepEqual(ended, [
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: refused },
    { status: 'fulfilled', value: 3 },
  ]);
});

test('without Redis all of them fail at once, and are not asked again', async () => {
  let calls = 0;
  const away = new Together<number, number>(connection(), 'peek', async () => {
    calls += 1;
    throw new Error('Connection is closed.');
  });
  const ended = await Promise.allSettled([away.ask(1), away.ask(2)]);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(calls, 1);
});
