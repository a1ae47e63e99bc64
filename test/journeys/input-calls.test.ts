import assert from 'node:assert/strict';
import { request as ask, createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { VERSION } from '../../src/version.ts';
import { rig } from './rig.ts';

test('1,000 rows by e-mail of which 2 % differ cost 67 look-ups, 20 writes and the preflight', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 1000 } });
  const rows = ['email,name,custom_attributes.plan'];
  for (let i = 1; i <= 1000; i++) {
    const { name, custom_attributes } = sandbox.contacts.get(i)!;
    rows.push(`contact${i}@example.com,${i % 50 === 0 ? `Changed ${i}` : name},${custom_attributes.plan}`);
  }
  const { code, summary, stderr } = await sync([file('thousand.csv', rows.join('\n')), '--rate', '100000']);
  assert.equal(code, 0, stderr);
  assert.deepEqual([summary.outcomes.updated, summary.outcomes.unchanged], [20, 980]);
  assert.deepEqual(summary.calls, {
    update: 20,
    filter: Math.ceil(1000 / 15),
    create: 0,
    read: 0,
    labels: 0,
    clear: 0,
    other: 3,
    total: 20 + 67 + 3,
  });
  assert.equal(sandbox.requests.length, summary.calls.total, 'what the books say is what the desk saw');
  for (const { method, path, query } of sandbox.requests) {
    if (method === 'PUT' || path.endsWith('/contacts/filter')) assert.equal(query, 'include_contact_inboxes=false');
  }
});

test('every call carries our headers, and each write its own line and attempt', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const { url, seen } = await listening(t, sandbox.url);
  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: { kind: 'status', status: 500 } });
  const csv = 'id,name,custom_attributes.plan\n1,One,\n2,Two,\n3,Three,#N/A\n';
  const { code, outcomes, stderr } = await sync([file('headers.csv', csv), '--run-id', 'nightly_7'], {
    env: { CHATWOOT_BASE_URL: `${url}/` },
  });
  assert.equal(code, 0, stderr);
  for (const { call, headers } of seen) {
    assert.equal(headers['api-access-token'], 'T', call);
    assert.equal(headers.accept, 'application/json', call);
    assert.equal(headers['user-agent'], `chatwoot-contact-sync/${VERSION}`, call);
    assert.equal(headers['content-type'], /^(PUT|POST)/.test(call) ? 'application/json' : undefined, call);
    assert.match(headers['x-request-id'] as string, /^[A-Za-z0-9_@-]{1,255}$/, call);
  }
  const ids = (call: RegExp) => seen.filter((one) => call.test(one.call)).map(({ headers }) => headers['x-request-id']);
  assert.deepEqual(ids(/^PUT .*\/1\?/), ['nightly_7-2-1']);
  assert.deepEqual(ids(/^PUT .*\/2\?/), ['nightly_7-3-1', 'nightly_7-3-2']);
  assert.deepEqual(ids(/^POST .*\/3\/destroy/), ['nightly_7-4-1d']);
  assert.deepEqual(
    outcomes.map(({ request_id, attempts }) => [request_id, attempts]),
    [
      ['nightly_7-2-1', 1],
      ['nightly_7-3-2', 2],
      ['nightly_7-4-1', 1],
    ],
  );
});

/** A server in front of another one that writes down what it passes on. */
async function listening(t: TestContext, behind: string) {
  const seen: { call: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((from, to) => {
    seen.push({ call: `${from.method} ${from.url}`, headers: from.headers });
    const on = ask(`${behind}${from.url}`, { method: from.method!, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(to);
    });
    from.pipe(on);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
