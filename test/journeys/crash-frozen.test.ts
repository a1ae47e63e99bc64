import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/redis/keys.ts';
import { assertDesk } from '../chaos/books.ts';
import { exportOf, seeded } from '../chaos/crm.ts';
import { rig, until } from './rig.ts';

const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);

describe(`processes that stop and come back (seed ${SEED})`, { concurrency: 3, timeout: 90_000 }, () => {
  test('a worker frozen before its write leaves it to another, and does not send the old value afterwards', async (t) => {
    const { sandbox, redis, file, run, start } = await rig(t, { sandbox: { contacts: 1 }, redis: 'appendonly' });
    const keys = keysOf(sandbox.url, sandbox.account);
    // So slow that a call has to wait for its slot: there the worker is frozen, with the old value in its hands.
    file('contact-sync.yaml', 'rate: 20\n');
    await run(['enqueue', file('old.csv', 'id,name\n1,Old\n'), '--run-id', 'old']);
    const frozen = start(['work']);
    const client = redis!.client();
    await until('the job to be active', async () => (await client.llen(`${keys.tag}:${keys.queue}:active`)) === 1);
    frozen.child.kill('SIGSTOP');
    await run(['enqueue', file('new.csv', 'id,name\n1,New\n'), '--run-id', 'new', '--rate', '6000']);
    start(['work']);
    await until('the new value to be written', () => sandbox.contacts.get(1)?.name === 'New', 20_000);
    frozen.child.kill('SIGCONT');
    await until('the woken worker to notice', () => frozen.stderr().length > 0);
    await sleep(3000);
    const names = sandbox.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
    assert.deepEqual(names, [{ name: 'New' }]);
    const settled = await Promise.all(['old', 'new'].map((id) => client.hgetall(keys.run(id))));
    assert.deepEqual(
      settled.map((hash) => [hash['o:merged'], hash['o:updated']]),
      [
        ['1', undefined],
        [undefined, '1'],
      ],
    );
  });

  test('a worker that is frozen in mid-run and comes back spoils nothing', async (t) => {
    const random = seeded(SEED);
    const { sandbox, redis, file, run, start } = await rig(t, {
      sandbox: { contacts: 60, latencyMs: 20 },
      redis: 'appendonly',
    });
    const source = exportOf(1200, 60, random);
    file('contact-sync.yaml', 'rate: 2400\nconcurrency: 3\nhigh_water: 200\n');
    const producer = start(['enqueue', file('contacts.csv', source.csv), '--run-id', 'r']);
    const workers = [start(['work']), start(['work'])];
    await until('the run to be under way', () => sandbox.counts.total > 50);
    workers[0]!.child.kill('SIGSTOP');
    // Longer than its locks hold.
    await sleep(9000 + random() * 1500);
    workers[0]!.child.kill('SIGCONT');
    assert.equal((await producer.ended).code, 0);
    const client = redis!.client();
    const key = keysOf(sandbox.url, sandbox.account).run('r');
    await run(['enqueue', 'contacts.csv', '--run-id', 'r', '--rate', '100000']);
    await until('the run to be finished', async () => (await client.hexists(key, 'finished_at')) === 1, 40_000);
    assert.equal(Number(await client.hget(key, 'settled')), source.rows);
    assertDesk(source, sandbox);
  });

  test('after kill -9 in mid-write the contact is written again within 15 s', async (t) => {
    const { sandbox, file, start } = await rig(t, { sandbox: { contacts: 3 }, redis: 'appendonly' });
    const slow = { match: { method: 'PUT', contactId: 2 }, effect: { kind: 'delay', ms: 1000 } } as const;
    const fault = sandbox.faults.add(slow);
    const command = ['sync', file('contacts.csv', 'id,name\n1,A\n2,B\n3,C\n'), '--run-id', 'r', '--json'];
    const first = start(command);
    await until('the write to be under way', () => fault.struck === 1);
    first.child.kill('SIGKILL');
    const killedAt = Date.now();
    const { code, stdout } = await start(command).ended;
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).outcomes.updated, 3);
    const again = sandbox.requests.filter(({ method, contactId }) => method === 'PUT' && contactId === 2)[1]!;
    assert.ok(again.at - killedAt < 15_000, `${again.at - killedAt} ms`);
  });
});
