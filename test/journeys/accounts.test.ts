import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { startSandbox } from '../../src/sandbox/server.ts';
import { freePort } from '../redis/server.ts';
import { rig, until } from './rig.ts';

/** A server that takes connections and says nothing. */
async function hanging(t: TestContext): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

const NAMES = 'id,name\n1,One\n2,Two\n';

test('two accounts of one server and one of another are kept in step with one configuration', async (t) => {
  const made = await rig(t, { sandbox: { contacts: 5, also: [7] } });
  const { sandbox, run, sync, file } = made;
  const far = await startSandbox({ token: 'F', contacts: 5 });
  t.after(() => far.close());
  file('contact-sync.yaml', `accounts:\n  emea: { account_id: 7 }\n  far: { base_url: "${far.url}", account_id: 1 }\n`);
  file('a.csv', NAMES);
  const env = { CHATWOOT_API_ACCESS_TOKEN_FAR: 'F' };
  const emea = await sync(['a.csv', '--account', 'emea'], { env });
  assert.deepEqual([emea.code, emea.summary.outcomes.updated, emea.summary.account], [0, 2, 'emea']);
  assert.equal(sandbox.contactsOf(7).get(1)?.name, 'One');
  assert.notEqual(sandbox.contacts.get(1)?.name, 'One');
  assert.equal((await sync(['a.csv', '--account', 'far'], { env })).summary.outcomes.updated, 2);
  assert.equal(far.contacts.get(2)?.name, 'Two');
  const own = await sync(['a.csv']);
  assert.deepEqual([own.summary.outcomes.updated, own.summary.account], [2, undefined]);

  const status = JSON.parse((await run(['status', emea.summary.run, '--json', '--account', 'emea'])).stdout);
  assert.deepEqual([status.account, status.runs[0].settled], ['emea', 2]);

  // The ids of its contacts mean others in another account.
  const wrong = await run(['undo', emea.summary.run]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /is a run of the account emea\. Give the same command with --account emea/);
  assert.equal((await run(['undo', emea.summary.run, '--account', 'emea', '--yes'])).code, 0);
  assert.notEqual(sandbox.contactsOf(7).get(1)?.name, 'One');
  assert.equal(sandbox.contacts.get(1)?.name, 'One');
});

test('pause holds one account or everything, and work serves whoever can be served', async (t) => {
  const made = await rig(t, { sandbox: { contacts: 5, also: [7] } });
  const { sandbox, run, start, file } = made;
  const back = await freePort();
  file(
    'contact-sync.yaml',
    [
      'accounts:',
      `  down: { base_url: "http://127.0.0.1:${back}", account_id: 1 }`,
      `  hangs: { base_url: "${await hanging(t)}", account_id: 1 }`,
      '  emea: { account_id: 7 }',
    ].join('\n'),
  );
  file('a.csv', NAMES);
  const env = { CHATWOOT_API_ACCESS_TOKEN_DOWN: 'D', CHATWOOT_API_ACCESS_TOKEN_HANGS: 'H', LOG_LEVEL: 'info' };
  assert.equal((await run(['pause', '--account', 'emea'], { env })).code, 0);
  for (const account of [[], ['--account', 'emea']])
    assert.equal((await run(['enqueue', 'a.csv', ...account], { env })).code, 0);

  const begun = Date.now();
  const working = start(['work'], { env });
  await until('the account that is not paused is worked on', () => sandbox.contacts.get(2)?.name === 'Two', 9500);
  assert.ok(Date.now() - begun < 9700, `${Date.now() - begun} ms: nobody waits for a server that hangs`);
  assert.match(working.stderr(), /waiting for account 1 at http:\S+: Chatwoot at http:\S+ cannot be reached/);
  assert.match(working.stderr(), /"account":"down","event":"account\.waiting","cause":"unreachable"/);
  assert.notEqual(sandbox.contactsOf(7).get(2)?.name, 'Two');
  assert.equal((await run(['resume', '--account', 'emea'], { env })).code, 0);
  await until('the other one too', () => sandbox.contactsOf(7).get(2)?.name === 'Two');

  const late = await startSandbox({ port: back, token: 'D', contacts: 5 });
  t.after(() => late.close());
  await until('the server that was down is found', () => /"event":"account\.reached"/.test(working.stderr()));
  working.child.kill('SIGTERM');
  const { code } = await working.ended;
  assert.equal(code, 143);
});

test('serve takes events for the account that their source names, whatever becomes of another server', async (t) => {
  const made = await rig(t, { sandbox: { contacts: 5, also: [7] } });
  const { sandbox, start, file } = made;
  file(
    'contact-sync.yaml',
    [
      'accounts:',
      '  emea: { account_id: 7 }',
      `  hangs: { base_url: "${await hanging(t)}", account_id: 1 }`,
      'sources:',
      '  app: { preset: generic, verify: { scheme: none }, match: [email], account: emea }',
      '  lost: { preset: generic, verify: { scheme: none }, match: [email], account: hangs }',
    ].join('\n'),
  );
  const serving = start(['serve', '--port', '0'], { env: { CHATWOOT_API_ACCESS_TOKEN_HANGS: 'H' } });
  await until('serve listens', () => serving.stderr().includes('listening on'), 5000);
  const url = /listening on (http:\S+) for app, lost;/.exec(serving.stderr())![1]!;
  const contact = { externalId: 'x', email: 'contact3@example.com', name: 'Told' };
  const body = JSON.stringify({ id: 'e1', type: 'contact.upserted', occurredAt: new Date().toISOString(), contact });
  const post = async (source: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/webhooks/${source}`, { method: 'POST', headers, body });
    await answer.text();
    return answer.status;
  };
  await until('its attributes are known', async () => (await post('app')) === 200, 5000);
  await until('it is written', () => sandbox.contactsOf(7).get(3)?.name === 'Told');
  assert.notEqual(sandbox.contacts.get(3)?.name, 'Told');
  assert.deepEqual([await post('lost'), await post('nobody')], [503, 404]);
  const ready = await fetch(`${url}/readyz`);
  assert.deepEqual([ready.status, (await ready.text()).includes('hangs: Chatwoot was never reached')], [200, true]);
  serving.child.kill('SIGTERM');
  assert.equal((await serving.ended).code, 143);
});
