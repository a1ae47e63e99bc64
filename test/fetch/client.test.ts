import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RecordClient, type RecordClientOptions } from '../../src/fetch/client.ts';
import type { Found } from '../../src/fetch/verdict.ts';
import { type Crm, type CrmAnswer, startCrm } from './crm.ts';

const NEVER_ABORTED = new AbortController().signal;

function clientOf(t: TestContext, url: string, more: Partial<RecordClientOptions> = {}): RecordClient {
  const client = new RecordClient({ url, headers: {}, timeoutMs: 2000, allowPrivate: true, ...more });
  t.after(() => client.close());
  return client;
}

async function asked(t: TestContext, answer: CrmAnswer): Promise<{ found: Found; crm: Crm }> {
  const crm = await startCrm(t, () => answer);
  return { crm, found: await clientOf(t, `${crm.url}/v3/{id}`).ask('7', NEVER_ABORTED) };
}

test('a record is asked for with the headers of the source, its id encoded', async (t) => {
  const crm = await startCrm(t, () => ({ body: '{"id":706405506930370084,"__proto__":{"x":1}}' }));
  const client = clientOf(t, `${crm.url}/v3/{id}?of=all`, { headers: { authorization: 'Bearer T' } });
  const found = await client.ask('a/b', NEVER_ABORTED);
  assert.deepEqual(found, { type: 'record', document: { id: '706405506930370084' } });
  assert.deepEqual(
    crm.requests.map(({ path, headers }) => [path, headers.authorization, headers.accept]),
    [['/v3/a%2Fb?of=all', 'Bearer T', 'application/json']],
  );
});

test('each status means one thing', async (t) => {
  const types: [CrmAnswer, string][] = [
    [{ status: 404 }, 'gone'],
    [{ status: 410 }, 'gone'],
    [{ status: 401 }, 'refused'],
    [{ status: 403 }, 'refused'],
    [{ status: 407 }, 'refused'],
    [{ status: 429 }, 'busy'],
    [{ status: 500 }, 'later'],
    [{ status: 503 }, 'later'],
    [{ status: 408 }, 'later'],
    [{ status: 400 }, 'never'],
    [{ status: 204 }, 'never'],
    [{ body: 'not json' }, 'never'],
    [{ body: '' }, 'never'],
    [{ body: '<html>', headers: { 'content-type': 'text/html' } }, 'never'],
    [{ body: { a: 1 }, headers: { 'content-type': 'application/vnd.crm+json; charset=utf-8' } }, 'record'],
  ];
  const crm = await startCrm(t, (n) => types[n]![0]);
  const client = clientOf(t, `${crm.url}/{id}`);
  for (const [answer, type] of types)
    assert.equal((await client.ask('7', NEVER_ABORTED)).type, type, JSON.stringify(answer));
});

test('Retry-After is understood as seconds and as a date, and not followed for more than an hour', async (t) => {
  const wished = async (after: string) => {
    const { found } = await asked(t, { status: 503, headers: { 'retry-after': after } });
    return found.type === 'later' ? found.waitMs : undefined;
  };
  assert.equal(await wished('7'), 7000);
  assert.equal(await wished('86400'), 3_600_000);
  assert.equal(await wished('soon'), null);
  const ms = (await wished(new Date(Date.now() + 60_000).toUTCString()))!;
  assert.ok(ms > 50_000 && ms <= 60_000, `${ms}`);
});

test('a redirect is not followed, and nothing is sent to where it leads', async (t) => {
  const other = await startCrm(t, () => ({ body: { id: '7' } }));
  for (const status of [301, 302, 303, 307, 308]) {
    const { found } = await asked(t, { status, headers: { location: `${other.url}/7` } });
    assert.match(found.type === 'never' ? found.why : found.type, new RegExp(`redirect \\(status ${status}\\)`));
  }
  assert.equal(other.requests.length, 0);
});

test('more than 1 MiB is not read', async (t) => {
  const { found } = await asked(t, { body: `{"a":"${'x'.repeat(3 * 1024 * 1024)}"}` });
  assert.match(found.type === 'never' ? found.why : found.type, /larger than 1 MiB/);
});

test('an answer that does not come, a server that is not there and one that is stopped do not throw', async (t) => {
  const slow = await startCrm(t, () => ({ afterMs: 5000 }));
  const late = await clientOf(t, `${slow.url}/{id}`, { timeoutMs: 50 }).ask('7', NEVER_ABORTED);
  assert.deepEqual(late, { type: 'later', why: 'the CRM did not answer (ETIMEDOUT)', waitMs: null });
  const gone = await clientOf(t, 'http://127.0.0.1:1/{id}').ask('7', NEVER_ABORTED);
  assert.equal(gone.type, 'later');
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 50);
  assert.deepEqual(await clientOf(t, `${slow.url}/{id}`).ask('7', stopping.signal), { type: 'aborted' });
  assert.equal((await clientOf(t, `${slow.url}/{id}`).ask('..', NEVER_ABORTED)).type, 'never');
});

test('a private address is refused when the connection is made: by name, as it is, and mapped', async (t) => {
  const crm = await startCrm(t, () => ({ body: { id: '7' } }));
  for (const host of [
    'localhost',
    '127.0.0.1',
    '[::ffff:127.0.0.1]',
    '[::1]',
    '0.0.0.0',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
  ]) {
    const url = `http://${host}:${crm.port}/{id}`;
    const found = await clientOf(t, url, { allowPrivate: false }).ask('7', NEVER_ABORTED);
    assert.match(found.type === 'never' ? found.why : found.type, /no public address/, host);
  }
  assert.equal(crm.requests.length, 0);
  const found = await clientOf(t, `http://localhost:${crm.port}/{id}`).ask('7', NEVER_ABORTED);
  assert.equal(found.type, 'record', 'and it is there when it is allowed');
});
