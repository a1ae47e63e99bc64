import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysOf } from '../../src/redis/keys.ts';
import { forgetDeadPlans, planBegins, planEnds } from '../../src/run/plans.ts';
import { withRedis } from '../redis/server.ts';

const URL = 'https://desk.example.com';
const DESK = { baseUrl: URL, accountId: 1 };
const DAY_MS = 24 * 60 * 60 * 1000;

test('what a killed plan left is removed after a day, and nothing else', () =>
  withRedis(async (server) => {
    const redis = server.client();
    const account = keysOf(URL, 1);
    await redis.hset(account.pending('7'), 'name', 'of a run');
    for (const plan of ['plan_old', 'plan_new']) {
      const keys = keysOf(URL, 1, plan);
      await planBegins(redis, DESK, plan);
      await redis.hset(keys.pending('7'), 'name', 'a value');
      await redis.hset(`${keys.tag}:${keys.queue}:meta`, 'version', 'x');
    }
    assert.deepEqual(await forgetDeadPlans(redis, DESK), [], 'both may still be under way');
    await redis.zadd(account.plans, Date.now() - DAY_MS - 60_000, 'plan_old');

    assert.deepEqual(await forgetDeadPlans(redis, DESK), ['plan_old']);
    assert.deepEqual(await redis.keys('*plan_old*'), []);
    assert.equal((await redis.keys('*plan_new*')).length, 2);
    assert.deepEqual(await redis.zrange(account.plans, '0', '-1'), ['plan_new']);
    assert.equal(await redis.exists(account.pending('7')), 1);

    await planEnds(redis, keysOf(URL, 1, 'plan_new'), 'plan_new');
    assert.deepEqual(await redis.keys('*plan*'), []);
  }));
