import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { Mailboxes } from '../../src/queue/mailbox.ts';
import { keysOf } from '../../src/redis/keys.ts';
import { Ledger } from '../../src/run/ledger.ts';
import { Runs } from '../../src/run/runs.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { beginRun, change, OPTIONS, outcomesOf, type Room, roomIn, v, WRITTEN, write } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function room(): Promise<Room> {
  const made = roomIn(server);
  await beginRun(made, 'r1');
  return made;
}

const dirty = (r: Room) => r.redis.zrange(r.keys.dirty, '0', '-1');

test('fields of several rows are merged; the newest row gets the outcome, the others were merged into it', async () => {
  const r = await room();
  assert.deepEqual(await r.mailboxes.deliver([change('5', 0, { name: 'A', blocked: true })]), ['5']);
  assert.deepEqual(await r.mailboxes.deliver([change('5', 1, { name: 'B' })]), ['5']);
  assert.deepEqual(await dirty(r), ['5']);
  assert.deepEqual(await write(r, '5'), { name: '"B"', blocked: 'true' });
  assert.deepEqual(await outcomesOf(r), { 0: 'merged', 1: 'updated' });
  assert.deepEqual(await dirty(r), []);
  assert.equal(await r.redis.exists(r.keys.pending('5')), 0);
});

test('an older value that comes later does not replace a newer one that waits', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'new' })]);
  await r.mailboxes.deliver([change('5', 3, { name: 'old', blocked: false })]);
  assert.deepEqual(await write(r, '5'), { name: '"new"', blocked: 'false' });
  assert.deepEqual(await outcomesOf(r), { 3: 'merged', 9: 'updated' });
});

test('an older value that comes after a newer one was written is stale', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'new' })]);
  await write(r, '5');
  assert.deepEqual(await r.mailboxes.deliver([change('5', 3, { name: 'old' })]), []);
  assert.equal(await r.mailboxes.peek('5'), undefined);
  assert.deepEqual(await outcomesOf(r), { 3: 'stale', 9: 'updated' });
  assert.equal((await r.runs.get('r1'))!.reasons['older-than-written'], 1);
});

test('of a row that is partly older only the newer fields are written', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'new' })]);
  await write(r, '5');
  await r.mailboxes.deliver([change('5', 3, { name: 'old', blocked: true })]);
  assert.deepEqual(await write(r, '5'), { blocked: 'true' });
  assert.deepEqual(await outcomesOf(r), { 3: 'updated', 9: 'updated' });
});

test('versions are remembered over several writes, each field for itself', async () => {
  const r = await room();
  for (const [row, fields] of [
    [4, { name: 'a', blocked: true }],
    [6, { name: 'b' }],
  ] as const) {
    await r.mailboxes.deliver([change('5', row, fields)]);
    await write(r, '5');
  }
  await r.mailboxes.deliver([change('5', 5, { name: 'late', blocked: false })]);
  assert.deepEqual(await write(r, '5'), { blocked: 'false' });
});

test('a replay of a row that waits, or of one that has ended, changes nothing', async () => {
  const r = await room();
  const one = change('5', 0, { name: 'A' });
  await r.mailboxes.deliver([one]);
  assert.deepEqual(await r.mailboxes.deliver([one]), ['5'], 'it still needs its job');
  assert.equal((await r.mailboxes.peek('5'))!.rows.length, 1);
  await write(r, '5');
  assert.deepEqual(await r.mailboxes.deliver([one]), []);
  assert.equal(await r.mailboxes.peek('5'), undefined);
  assert.equal((await r.runs.get('r1'))!.settled, 1);
});

test('what comes in between looking and taking out stays, with its row', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'A', blocked: true })]);
  const seen = (await r.mailboxes.peek('5'))!;
  await r.mailboxes.deliver([change('5', 1, { name: 'B' })]);
  await r.mailboxes.acknowledge(seen, { outcome: 'updated', reason: '', circumstances: { ...WRITTEN, contact: '5' } });
  assert.deepEqual(await outcomesOf(r), { 0: 'updated' });
  assert.deepEqual(await dirty(r), ['5']);
  assert.deepEqual(await write(r, '5'), { name: '"B"' });
  assert.deepEqual(await outcomesOf(r), { 0: 'updated', 1: 'updated' });
});

test('an old worker that takes out again what it saw long ago does no harm', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'A' })]);
  const seen = (await r.mailboxes.peek('5'))!;
  await write(r, '5');
  await r.mailboxes.deliver([change('5', 1, { name: 'B' })]);
  await r.mailboxes.acknowledge(seen, { outcome: 'failed', reason: 'timed-out', circumstances: WRITTEN });
  assert.deepEqual(await write(r, '5'), { name: '"B"' });
  assert.deepEqual(await outcomesOf(r), { 0: 'updated', 1: 'updated' });
});

test('a value the desk holds already needs no write', async () => {
  const r = await room();
  assert.deepEqual(await r.mailboxes.deliver([change('5', 0, { name: 'A' }, { differs: false })]), []);
  assert.deepEqual(await outcomesOf(r), { 0: 'unchanged' });
  assert.deepEqual(await dirty(r), []);
});

test('a row without fields is unchanged', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, {})]);
  assert.deepEqual(await outcomesOf(r), { 0: 'unchanged' });
});

test('a value the desk holds takes the place of an older one that is pending, and is not written', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'other', phone_number: '+4915100001' })]);
  assert.deepEqual(await r.mailboxes.deliver([change('5', 1, { name: 'held' }, { differs: false, readAt: 1 })]), ['5']);
  const seen = (await r.mailboxes.peek('5'))!;
  assert.deepEqual({ ...seen.patch }, { phone_number: '"+4915100001"' });
  assert.deepEqual(
    seen.raw.map(([field]) => field),
    ['name', 'phone_number'],
  );
});

test('it is written all the same once something older was sent: the desk may hold that by now', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'other' })]);
  await r.mailboxes.sending('5');
  await r.mailboxes.deliver([change('5', 1, { name: 'held' }, { differs: false, readAt: 1 })]);
  assert.deepEqual(await write(r, '5'), { name: '"held"' });
  assert.deepEqual(await outcomesOf(r), { 0: 'merged', 1: 'updated' });
  assert.equal(await r.redis.exists(r.keys.pending('5')), 0, 'nothing is left of the mailbox');
});

test('a value the desk held when it was read is written when something was written since', async () => {
  const r = await room();
  const readAt = Date.now() - 1000;
  await r.mailboxes.deliver([change('5', 0, { name: 'other' })]);
  await write(r, '5');
  await r.mailboxes.deliver([change('5', 1, { name: 'held' }, { differs: false, readAt })]);
  assert.deepEqual(await write(r, '5'), { name: '"held"' });
});

test('a value the desk holds after the last write needs none', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'other' })]);
  await write(r, '5');
  await r.mailboxes.deliver([change('5', 1, { name: 'held' }, { differs: false, readAt: Date.now() + 1000 })]);
  assert.deepEqual(await outcomesOf(r), { 0: 'updated', 1: 'unchanged' });
});

test('an older row whose look-up took longer does not undo what a newer one found unchanged', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'held' }, { differs: false, readAt: 1 })]);
  assert.deepEqual(await r.mailboxes.deliver([change('5', 3, { name: 'old' })]), []);
  assert.deepEqual(await outcomesOf(r), { 3: 'stale', 9: 'unchanged' });
});

test('an older value is unchanged when the desk was seen to hold it since the last write, and stale when that is not known', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'new' })]);
  await write(r, '5');
  const held = (readAt: number) => ({ differs: false, readAt });
  await r.mailboxes.deliver([change('5', 3, { name: 'new' }, held(Date.now() + 1000))]);
  await r.mailboxes.deliver([change('5', 4, { name: 'before' }, held(1))]);
  await r.mailboxes.deliver([change('5', 5, { name: 'other' })]);
  assert.deepEqual(await outcomesOf(r), { 3: 'unchanged', 4: 'stale', 5: 'stale', 9: 'updated' });
  await r.mailboxes.deliver([change('5', 10, { name: 'waits' })]);
  await r.mailboxes.deliver([change('5', 6, { name: 'new' }, held(Date.now() + 1000))]);
  assert.equal((await outcomesOf(r))[6], 'stale', 'the desk will hold something else');
});

test('a row that lost to something newer is stale, though the rest of it is held', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'new' })]);
  await write(r, '5');
  const both = change('5', 3, { name: 'old' });
  both.fields.push(...change('5', 3, { blocked: true }, { differs: false }).fields);
  await r.mailboxes.deliver([{ ...both, readAt: Date.now() + 1000 }]);
  assert.equal((await outcomesOf(r))[3], 'stale');
});

test('a plan knows what was really written, and leaves it as it is', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 9, { name: 'new' })]);
  await write(r, '5');
  const keys = keysOf('http://planned.test', 1, 'p1');
  const planned = { ...keys, memory: r.keys.base };
  const ledger = new Ledger(r.redis, planned, pino({ level: 'silent' }));
  const runs = new Runs(r.redis, planned);
  await runs.create('p', 'plan', OPTIONS, []);
  const mailboxes = new Mailboxes(r.redis, planned, ledger);
  const waiting = await mailboxes.deliver([
    change('5', 3, { name: 'old' }, { run: 'p' }),
    change('5', 4, { blocked: true }, { run: 'p', differs: false }),
  ]);
  assert.deepEqual(waiting, []);
  assert.deepEqual(await outcomesOf({ ...r, runs }, 'p'), { 3: 'stale', 4: 'unchanged' });
  assert.deepEqual(await r.mailboxes.deliver([change('5', 2, { blocked: false })]), ['5'], 'a plan writes no version');
});

test('rows folded into one change: the last is unchanged, the others were merged into it', async () => {
  const r = await room();
  const both = change('5', 1, { name: 'A' }, { differs: false });
  both.rows.unshift({ run: 'r1', row: 0, file: 0, line: 2, version: v(0) });
  await r.mailboxes.deliver([both]);
  assert.deepEqual(await outcomesOf(r), { 0: 'merged', 1: 'unchanged' });
});

test('a write that is refused ends all its rows and is not remembered as written', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'A' }), change('5', 1, { blocked: true })]);
  await write(r, '5', 'rejected', 'contact-gone');
  assert.deepEqual(await outcomesOf(r), { 0: 'rejected', 1: 'rejected' });
  await r.mailboxes.deliver([change('5', 2, { name: 'B' }, { version: 0 })]);
  assert.deepEqual(await write(r, '5'), { name: '"B"' });
});

test('racing producers and workers end with the newest value of each field, and each row once', async () => {
  const r = roomIn(server, 'http://race.test');
  await beginRun(r, 'r1');
  const others = Array.from({ length: 4 }, () => roomIn(server, 'http://race.test'));
  const rows = Array.from({ length: 200 }, (_, i) => i).sort((a, b) => ((a * 7919) % 200) - ((b * 7919) % 200));
  const desk: Record<string, string> = {};
  let reading = true;
  // One worker, as BullMQ allows per contact, against four producers that deliver in any order and repeat themselves.
  const worker = (async () => {
    for (;;) {
      const last = !reading;
      const seen = await r.mailboxes.peek('5');
      if (seen !== undefined) {
        Object.assign(desk, seen.patch);
        await r.mailboxes.acknowledge(seen, { outcome: 'updated', reason: '', circumstances: WRITTEN });
      } else if (last) return;
    }
  })();
  await Promise.all(
    others.map(async (one, part) => {
      for (const row of rows.filter((n) => n % 4 === part)) {
        const delivery = change('5', row, { name: row, [`custom_attributes.k${row % 3}`]: row });
        await one.mailboxes.deliver([delivery]);
        if (row % 5 === 0) await one.mailboxes.deliver([delivery]);
      }
    }),
  );
  reading = false;
  await worker;
  assert.deepEqual(desk, {
    name: '199',
    'custom_attributes.k0': '198',
    'custom_attributes.k1': '199',
    'custom_attributes.k2': '197',
  });
  const state = (await r.runs.get('r1'))!;
  assert.equal(state.settled, 200);
  assert.equal(Object.keys(await outcomesOf(r)).length, 200);
  assert.equal(await r.runs.countDone('r1'), 200);
});
