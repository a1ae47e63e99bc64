import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waiting } from '../jobs/world.ts';
import { beginRun, change, roomIn } from '../queue/room.ts';
import { startTestRedis } from '../redis/server.ts';

test('on a server that took over nothing is noted as done, and what had to be there stays', async (t) => {
  const server = await startTestRedis(t, { appendonly: true });
  const r = roomIn(server);
  await beginRun(r, 'r1');
  const row = waiting(0, { keys: { email: 'a@x.test' }, match: ['email'] });
  await r.intake.take('index', [row]);
  const [id] = await r.intake.flush();
  assert.equal((await r.intake.load(id!))?.rows.length, 1);
  await r.mailboxes.deliver([change('1', 1, { name: 'A' })]);
  const seen = (await r.mailboxes.peek('1'))!;
  const [before, here] = [await r.runs.server('r1'), await r.mailboxes.here()];
  assert.equal(before, here);
  assert.equal(await r.runs.checkpoint('r1', 1, before), 'noted');
  assert.equal(await r.runs.witness('r1', before), true);

  await server.kill9();
  await server.restart();
  assert.notEqual(await r.runs.server('r1'), before);
  assert.equal(await r.runs.checkpoint('r1', 2, before), 'elsewhere');
  assert.equal(await r.runs.readDone('r1', [], 2, before), 'elsewhere');
  assert.equal(await r.runs.witness('r1', before), false);
  assert.deepEqual([(await r.runs.get('r1'))?.rows, (await r.runs.get('r1'))?.readDone], [1, false]);
  await r.intake.done(id!);
  await r.mailboxes.moved(seen, here);
  assert.notEqual(await r.intake.load(id!), undefined, 'it is looked up once more');
  assert.notEqual(await r.mailboxes.peek('1'), undefined, 'it is handed over once more');

  await r.intake.done(id!);
  assert.equal(await r.intake.load(id!), undefined);
  await r.mailboxes.moved(seen, await r.mailboxes.here());
  assert.equal(await r.mailboxes.peek('1'), undefined);
});
