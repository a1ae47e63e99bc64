import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Rig, type Running, rig, until } from './rig.ts';

const CONFIG = `
sources:
  app:
    preset: generic
    verify: { scheme: none }
    match: [email]
`;
const TOKEN = 'operator-token-of-the-test';

interface Served extends Rig {
  serving: Running;
  url: string;
  /** The value of a metric with these labels, as it stands now. */
  metric(name: string, label?: string): Promise<number | undefined>;
}

async function served(t: TestContext, args: string[] = [], env: Record<string, string> = {}): Promise<Served> {
  const made = await rig(t, { sandbox: { contacts: 20 }, redis: 'appendonly' });
  made.file('contact-sync.yaml', CONFIG);
  const serving = made.start(['serve', '--port', '0', ...args], { env });
  let port = '';
  await until('serve listens', () => {
    port = /listening on http:\/\/\S+:(\d+)/.exec(serving.stderr())?.[1] ?? '';
    return port !== '';
  });
  const url = `http://127.0.0.1:${port}`;
  const metric: Served['metric'] = async (name, label = '') => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`contact_sync_${name}{`) && one.includes(label));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  return { ...made, serving, url, metric };
}

function event(id: string, contact: number, name: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id,
      type: 'contact.upserted',
      occurredAt: new Date().toISOString(),
      contact: { email: `contact${contact}@example.com`, name },
    }),
  };
}

test('what serve and other commands did is on its page and in its metrics, and nobody is named there', async (t) => {
  const { url, metric, sandbox, file, sync, redis, serving } = await served(t);
  assert.equal((await fetch(`${url}/webhooks/app`, event('e1', 1, 'By event'))).status, 200);
  assert.equal((await fetch(`${url}/webhooks/app`, event('e1', 1, 'By event'))).status, 200);
  await until('the event is written', () => sandbox.contacts.get(1)?.name === 'By event');
  file(
    'rows.csv',
    'email,name\ncontact2@example.com,By file\ncontact3@example.com,By file\nnobody@example.com,By file\n',
  );
  const { summary } = await sync(['rows.csv']);
  assert.deepEqual([summary.outcomes.updated, summary.outcomes.not_found], [2, 1]);
  await until('both are counted', async () => (await metric('rows_total', 'outcome="updated"')) === 3);
  assert.equal(await metric('rows_total', 'outcome="not_found"'), 1);
  assert.equal(await metric('events_total', 'result="taken"'), 1);
  assert.equal(await metric('events_total', 'result="duplicates"'), 1);
  const puts = sandbox.requests.filter(({ method }) => method === 'PUT').length;
  assert.equal(await metric('calls_total', 'kind="update"'), puts);
  assert.ok((await metric('run_end_timestamp_seconds', 'command="sync"'))! > Date.now() / 1000 - 60);
  assert.equal(await metric('run_attention_rows', 'command="sync"'), 1);
  assert.equal(await metric('ready'), 1);
  assert.equal(await metric('workers'), 1);

  const page = await (await fetch(url)).text();
  assert.match(page, new RegExp(summary.run));
  assert.match(page, /<b>app<\/b>/);
  const queue = await (await fetch(`${url}/queues`)).text();
  assert.match(queue, /<b>0<\/b><span>waiting<\/span>/);
  for (const text of [page, queue]) assert.doesNotMatch(text, /@example\.com|By event|By file|whsec/);

  await redis!.stop();
  await until('Redis is away for serve', async () => (await metric('redis_up')) === 0);
  assert.equal(await metric('rows_total', 'outcome="updated"'), undefined);
  assert.match(await (await fetch(url)).text(), /<h1>Not ready<\/h1>\s*<p class="soft">Redis is away\./);
  assert.equal(serving.child.exitCode, null, 'it goes on');
});

test('counters never go back: not when a run is forgotten, not when serve is started again', async (t) => {
  const { url, metric, file, sync, redis, serving, start } = await served(t);
  file('rows.csv', 'id,name\n2,By file\n3,By file\n');
  const { summary } = await sync(['rows.csv']);
  await until('it is counted', async () => (await metric('rows_total', 'outcome="updated"')) === 2);
  const client = redis!.client();
  t.after(() => client.disconnect());
  for (const key of await client.keys(`*:run:${summary.run}*`)) await client.del(key);
  assert.equal(await metric('rows_total', 'outcome="updated"'), 2);
  serving.child.kill('SIGTERM');
  await serving.ended;
  const { port } = new URL(url);
  const again = start(['serve', '--port', port]);
  await until('serve listens again', () => again.stderr().includes('listening on'));
  assert.equal(await metric('rows_total', 'outcome="updated"'), 2);
});

test("away from loopback the page is the operator's alone", async (t) => {
  const { url, run } = await served(t, ['--host', '0.0.0.0'], { CONTACT_SYNC_OPERATOR_TOKEN: TOKEN });
  for (const path of ['/', '/queues', '/metrics']) {
    assert.equal((await fetch(url + path)).status, 401, path);
    assert.equal((await fetch(url + path, { headers: { authorization: `Bearer ${TOKEN}` } })).status, 200, path);
  }
  const { code, stderr } = await run(['serve', '--port', '0'], { env: { CONTACT_SYNC_OPERATOR_TOKEN: 'short' } });
  assert.equal(code, 2);
  assert.match(stderr, /operator_token.*too short/);
});
