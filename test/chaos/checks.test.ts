import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { keysOf } from '../../src/redis/keys.ts';
import { keys } from './checks/keys.ts';
import { leftOver } from './checks/left-over.ts';
import { pace } from './checks/pace.ts';
import { silence } from './checks/silence.ts';
import { totals } from './checks/totals.ts';
import { FAULTS } from './faults/catalog.ts';
import { differences, modelOf, overlay } from './model.ts';
import { until } from './patience.ts';
import { roundOf, SHORT } from './schedule.ts';
import { WORKS } from './works/catalog.ts';
import { openGround, openWorld, TOKEN, type World } from './world.ts';

/** An empty round, and what is done to it. */
async function within(work: (world: World) => Promise<void>): Promise<void> {
  const names = WORKS.map(({ name }) => name);
  const ground = await openGround();
  const world = await openWorld({ ...roundOf(1, 1, SHORT, names, FAULTS), strikes: [] }, ground);
  try {
    await work(world);
  } finally {
    await world.close(false);
    await ground.close();
  }
}

const put = ({ url }: World, id: number) =>
  fetch(`${url}/api/v1/accounts/1/contacts/${id}`, {
    method: 'PUT',
    headers: { 'api-access-token': TOKEN, 'content-type': 'application/json' },
    body: '{"name":"Other"}',
  }).then((response) => response.text());

test('a value that differs from the model is seen', () =>
  within(async ({ sandbox }) => {
    const model = modelOf(sandbox);
    assert.deepEqual(differences(model, modelOf(sandbox)), []);
    overlay(model, new Map([[2, { name: 'Wanted', 'custom_attributes.tier': undefined }]]));
    assert.equal(differences(model, modelOf(sandbox)).length, 1);
    sandbox.contacts.edit(2, { name: 'Wanted', custom_attributes: { tier: 'nobody said so' } });
    assert.match(differences(model, modelOf(sandbox)).join(), /contact 2 custom_attributes.tier holds nobody/);
  }));

test('two writes of one contact at once, and a refused call, are seen', () =>
  within(async (world) => {
    await put(world, 1);
    assert.deepEqual(pace(world), []);
    world.sandbox.setRateLimit(1);
    await Promise.all([put(world, 1), put(world, 1)]);
    const wrong = pace(world).join('\n');
    assert.match(wrong, /2 writes of one contact/);
    assert.match(wrong, /answered 429 though nobody/);
  }));

test('an outcome that is counted for a run and not for all, or the other way round, is seen', () =>
  within(async (world) => {
    const redis = world.ground.redis.client();
    const keys = keysOf(world.url, 1);
    await redis.zadd(keys.runs, 1, 'r1', 2, 'r2');
    await redis.hset(keys.run('r1'), { 'o:updated': 2, 'c:update': 3 });
    await redis.hset(keys.run('r2'), { 'o:updated': 1 });
    await redis.hset(keys.totals, { 'o:updated': 3, 'c:update': 3 });
    assert.deepEqual(await totals(world), []);
    await redis.hset(keys.totals, { 'o:updated': 2, 'c:update': 4 });
    assert.deepEqual(await totals(world), [
      'o:updated: 2 in the totals, 3 in the runs',
      'c:update: 4 in the totals, 3 in the runs',
    ]);
    redis.disconnect();
  }));

test('a key that nothing explains, one that should be gone and one without its end are seen', () =>
  within(async (world) => {
    const redis = world.ground.redis.client();
    const { tag, base, pending, run } = keysOf(world.url, 1);
    await redis.set(run('done'), 'stays');
    await redis.set(`${tag}:pace`, 'ends', 'EX', 60);
    assert.deepEqual(await keys(world), []);
    await redis.set(`${tag}:pace`, 'never ends');
    await redis.hset(pending('7'), 'name', 'x');
    await redis.set(`${base}:unheard-of`, '1');
    await redis.set(`${tag}:contacts-1:41`, 'a job');
    await redis.set(`${base}:plan:plan_x:dirty`, '1');
    const wrong = (await keys(world)).join('\n');
    for (const seen of [
      /:pace has no time to live/,
      /:p:7 should be gone/,
      /unheard-of is in no line/,
      /41 is left in the queue/,
      /plan_x:dirty is of a plan that nobody knows/,
    ])
      assert.match(wrong, seen);
  }));

test('a token or an address in a log, and a connection that is left, are seen', () =>
  within(async (world) => {
    world.crew.said.push('all is well');
    assert.deepEqual(silence(world), []);
    world.crew.said.push(`sent with ${TOKEN}`, 'row of contact3@example.com');
    assert.equal(silence(world).length, 2);
    const socket = connect(world.ground.wire.port, '127.0.0.1').on('error', () => {});
    await until('the connection to be there', async () => world.ground.wire.connections === 1);
    assert.match((await leftOver(world)).join(), /1 connections to Redis are left/);
    socket.destroy();
    assert.deepEqual(await leftOver(world), []);
  }));
