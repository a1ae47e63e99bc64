import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startCrm } from '../fetch/crm.ts';
import { BAIT, rewritten, traces, tracesInFiles, tracesInRedis } from './bait.ts';
import { type Rig, rig, until } from './rig.ts';

const { email, phone, name, value } = BAIT;

const ENV = { CHATWOOT_API_ACCESS_TOKEN: BAIT.token, CONTACT_SYNC_UNDO_KEY: BAIT.undoKey };

/** Rows that end in each way that has words of its own. */
const ROWS = [
  ['one', phone(11), '', name(1), value(1)],
  ['two', '', '', name(2), value(2)],
  ['taken', phone(11), '', name(3), value(3)],
  ['reflected', '', '', name(4), value(4)],
  ['once-500', '', '', name(5), value(5)],
  ['reset', '', '', name(6), value(6)],
  ['nobody', '', 'qwlther-7', name(7), value(7)],
  ['no address', '0897770 x', '', name(8), value(8)],
  ['one', phone(11), '', name(9), value(9)],
].map(([who = '', ...rest]) => [email(who), ...rest].join(','));

const CSV = ['email,phone_number,identifier,name,custom_attributes.badge', ...ROWS].join('\n');

/** A desk with people in it whose data is bait. */
async function baited(t: TestContext): Promise<Rig> {
  const made = await rig(t, { sandbox: { token: BAIT.token, contacts: 0 }, redis: 'appendonly' });
  for (const who of ['one', 'taken', 'reflected', 'once-500', 'reset', 'hook'])
    made.sandbox.contacts.add({ email: email(who), name: name(0), custom_attributes: { badge: value(0) } });
  made.sandbox.contacts.edit(1, { phone_number: phone(11) });
  const PUT = (contactId: number) => ({ method: 'PUT', contactId });
  const json = { message: `${email('reflected')} and ${phone(44)} are blocked`, attributes: ['email'] };
  made.sandbox.faults.add({ match: PUT(3), effect: { kind: 'status', status: 422, json } });
  made.sandbox.faults.add({ match: PUT(4), effect: { kind: 'status', status: 500 } });
  made.sandbox.faults.add({ match: PUT(5), effect: { kind: 'reset' } });
  return made;
}

test('no secret and no datum of a person is in what a run leaves behind, whatever its rows came to', async (t) => {
  const { dir, file, run, redis, sandbox } = await baited(t);
  file('rows.csv', CSV);
  const arguments_ = ['sync', 'rows.csv', '--on-missing', 'create', '--match', 'email,identifier'];
  const loud = await run([...arguments_, '--log-level', 'trace'], { env: { ...ENV, DEBUG: '*' } });
  assert.equal(loud.code, 1, loud.stderr);
  assert.equal(sandbox.contacts.get(1)?.name, name(9), 'the bait came through');
  const quiet = await run([...arguments_, '--json', '--trust', 'live'], { env: ENV });
  assert.equal(quiet.code, 1, quiet.stderr);
  const status = await run(['status', '--json'], { env: ENV });
  const undone = await run(['undo', JSON.parse(quiet.stdout).run, '--dry-run', '--json'], { env: ENV });
  assert.equal(undone.code, 0, undone.stderr);
  for (const { stderr, stdout } of [loud, quiet, status])
    assert.deepEqual([...traces('stderr', stderr), ...traces('stdout', stdout)], []);
  assert.match(loud.stderr, /"event":"contact\.outcome"/, 'and there was a log to look into');
  // Both hold the rows by design; former values are sealed.
  assert.deepEqual(tracesInFiles(dir, /\/(rows|needs-attention)\.csv$/), []);
  const client = redis!.client();
  assert.ok((await client.dbsize()) > 5, 'and there were keys to look into');
  assert.deepEqual(await tracesInRedis(client), []);
  await rewritten(client);
  assert.deepEqual(tracesInFiles(redis!.dir, /\/r\.sock$/), []);
});

const CONFIG = (crm: string) => `
sources:
  shop:
    preset: json
    json: { id: id, observed_at: at, subject: customer, values: { mail: mail, plan: plan } }
    verify: { scheme: stripe, secrets: ['env:SHOP_SECRET'], header: x-signature }
    match: [email]
    map: { mail: email, plan: custom_attributes.badge }
  attio:
    preset: attio
    verify: { scheme: none }
    map: { mail: email, plan: custom_attributes.badge }
    fetch: { url: '${crm}/{id}', headers: { authorization: 'file:crm-token' }, allow_private: true, attempts: 1 }
`;

test('serve logs nothing of deliveries and records, at any level, and keeps nothing once they are written', async (t) => {
  const { dir, file, start, redis, sandbox } = await baited(t);
  const other = await startCrm(t, () => ({ body: {} }));
  const crm = await startCrm(t, (n) => {
    if (n === 0) return { status: 302, headers: { location: `${other.url}/${email('hook')}` } };
    return n === 1 ? { body: `{"mail": "${email('hook')}", x` } : { body: { mail: email('hook'), plan: value(2) } };
  });
  file('contact-sync.yaml', CONFIG(crm.url));
  file('crm-token', `Bearer ${BAIT.crmToken}\n`);
  const env = { ...ENV, SHOP_SECRET: BAIT.hookSecret, DEBUG: '*' };
  const serving = start(['serve', '--port', '0', '--log-level', 'trace'], { env });
  await until('serve listens', () => serving.stderr().includes('listening on'));
  const url = /listening on (http:\S+)/.exec(serving.stderr())![1];
  const post = async (source: string, body: string, headers: Record<string, string> = {}) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    return (await fetch(`${url}/webhooks/${source}?mail=${email('query')}`, sent)).status;
  };
  const at = Math.floor(Date.now() / 1000);
  const shop = (body: string, secret: string = BAIT.hookSecret) => {
    const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    return post('shop', body, { 'x-signature': `t=${at},v1=${digest}`, authorization: BAIT.crmToken });
  };
  const event = JSON.stringify({ id: 'e1', at: Date.now(), customer: 'c1', mail: email('one'), plan: value(1) });
  assert.equal(await shop(event), 200);
  assert.equal(await shop(event, 'another'), 401);
  assert.equal(await shop(`{"mail": "${email('broken')}", `), 200);
  for (const id of ['r0', 'r1', 'r2']) {
    const record = { workspace_id: 'w', object_id: 'o', record_id: id };
    const body = JSON.stringify({ events: [{ event_type: 'record.updated', id: record }] });
    assert.equal(await post('attio', body, { 'idempotency-key': id }), 200);
  }
  await until('the event is written', () => sandbox.contacts.get(1)?.custom_attributes.badge === value(1));
  await until('the record is written', () => sandbox.contacts.get(6)?.custom_attributes.badge === value(2));
  const client = redis!.client();
  await until('nothing waits', async () => (await client.keys('*:box:*')).length === 0);
  assert.equal(crm.requests[0]?.headers.authorization, `Bearer ${BAIT.crmToken}`);
  assert.deepEqual(other.requests, []);
  serving.child.kill('SIGTERM');
  const { stderr, stdout } = await serving.ended;
  assert.match(stderr, /webhook\.delivery/);
  assert.deepEqual([...traces('stderr', stderr), ...traces('stdout', stdout)], []);
  assert.deepEqual(tracesInFiles(dir, /\/crm-token$/), []);
  // What cannot be used is kept for a replay, with what it holds.
  assert.deepEqual(await tracesInRedis(client, /:quarantine/), []);
});

/** Stands for a fault of the program: an error as Redis' client makes it, and one as an HTTP client might. */
const FAULTY = `
const redis = Object.assign(new Error('READONLY'), { command: { name: 'hset', args: ['${email('one')}'] } });
const http = Object.assign(new Error('boom'), { options: { headers: { 'api-access-token': '${BAIT.token}' } } });
if (process.env.FAULT === 'rejected') setTimeout(() => Promise.reject(redis), 300);
if (process.env.FAULT === 'thrown') setTimeout(() => { throw http; }, 300);
if (process.env.FAULT === 'parsed') setTimeout(() => JSON.parse('${email('one')}'), 300);
`;

test('a fault of the program itself ends it without showing what the error carries', async (t) => {
  const { dir, run } = await baited(t);
  const preload = path.join(dir, 'faulty.mjs');
  writeFileSync(preload, FAULTY);
  const ends = ['rejected', 'thrown', 'parsed'].map(async (FAULT) => {
    const { code, stderr } = await run(['work'], { env: { ...ENV, FAULT, NODE_OPTIONS: `--import ${preload}` } });
    assert.equal(code, 3, stderr);
    assert.match(stderr, /(READONLY|boom|not valid JSON)\n +at [\s\S]*please report it with these lines/);
    assert.deepEqual(traces('stderr', stderr), []);
  });
  await Promise.all(ends);
});

test('a Redis that is full says so without what could not be put into it', async (t) => {
  const { dir, file, run, start, redis, sandbox } = await baited(t);
  file('rows.csv', CSV);
  sandbox.faults.add({ match: { path: 'filter' }, effect: { kind: 'delay', ms: 1000 }, times: 'always' });
  const working = start(['work', '--log-level', 'trace'], { env: ENV });
  await until('it works', () => working.stderr().includes('working on account'));
  assert.equal((await run(['enqueue', 'rows.csv'], { env: ENV })).code, 0);
  await until('rows are looked up', () => sandbox.faults.list().some(({ match, struck }) => match?.path && struck > 0));
  await redis!.client().config('SET', 'maxmemory', '1');
  const { code, stderr } = await run(['enqueue', 'rows.csv', '--log-level', 'trace'], { env: ENV });
  assert.equal(code, 3, stderr);
  assert.deepEqual([...traces('enqueue', stderr), ...traces('work', working.stderr())], []);
  assert.deepEqual(tracesInFiles(dir, /\/rows\.csv$/), []);
});
