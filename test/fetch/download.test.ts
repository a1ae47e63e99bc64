import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Download, DownloadError, type DownloadOptions } from '../../src/fetch/download.ts';
import { startCrm } from './crm.ts';

const OPTIONS: DownloadOptions = {
  headers: { authorization: 'Bearer S' },
  maxSize: 1_000_000,
  timeoutMs: 5000,
  allowPrivate: true,
};

async function got(address: string, more: Partial<DownloadOptions> = {}): Promise<string> {
  return (await buffer(await new Download({ ...OPTIONS, ...more }).open(address))).toString();
}

async function fails(address: string, says: RegExp, more: Partial<DownloadOptions> = {}): Promise<void> {
  await assert.rejects(got(address, more), (error) => {
    assert.ok(error instanceof DownloadError, String(error));
    assert.match(error.message, says);
    assert.match(error.message, /\. [A-Z].*\.$/);
    assert.doesNotMatch(error.message, /Bearer|secret/);
    return true;
  });
}

test('an export is got with the header of its host', async (t) => {
  const crm = await startCrm(t, () => ({ body: 'email\na@x.org\n' }));
  assert.equal(await got(`${crm.url}/export.csv?key=1`), 'email\na@x.org\n');
  assert.deepEqual(
    crm.requests.map(({ path, headers }) => [path, headers.authorization]),
    [['/export.csv?key=1', 'Bearer S']],
  );
});

test('redirects are followed, and the credential stays with the host that it is for', async (t) => {
  const store = await startCrm(t, () => ({ body: 'stored' }));
  const crm = await startCrm(t, (_, path) =>
    path === '/a'
      ? { status: 302, headers: { location: '/b' } }
      : { status: 307, headers: { location: `${store.url}/c` } },
  );
  assert.equal(await got(`${crm.url}/a`), 'stored');
  assert.deepEqual(
    crm.requests.map(({ headers }) => headers.authorization),
    ['Bearer S', 'Bearer S'],
  );
  assert.deepEqual(
    store.requests.map(({ path, headers }) => [path, headers.authorization]),
    [['/c', undefined]],
  );
});

test('what is no export is refused with the next step', async (t) => {
  const crm = await startCrm(t, (_, path) => {
    if (path === '/round') return { status: 301, headers: { location: '/round' } };
    if (path === '/out') return { status: 301, headers: { location: 'ftp://x.org/secret' } };
    if (path === '/slow') return { afterMs: 5000 };
    return path === '/big' ? { body: 'x'.repeat(2000) } : { status: Number(path.slice(1)), body: 'secret' };
  });
  await fails(`${crm.url}/404`, /answers 404\. Check the address\.$/);
  await fails(`${crm.url}/401`, /answers 401\. Check the address and the credential that --header-env names\.$/);
  await fails(`${crm.url}/204`, /answers 204/);
  await fails(`${crm.url}/round`, /leads from one address to the next/);
  await fails(`${crm.url}/out`, /^ftp: is not got/);
  await fails(`${crm.url}/slow`, /took too long/, { timeoutMs: 50 });
  await fails(`${crm.url}/big`, /sends more than 1000 bytes/, { maxSize: 1000 });
  await fails('http://127.0.0.1:1/x', /could not be read to its end \(ECONNREFUSED\)/);
  await fails('https://me:secret@x.org/', /holds a credential/);
  await fails('https://', /no complete address/);
});

test('private addresses are refused at every step, literal or looked up', async (t) => {
  const crm = await startCrm(t, () => ({ body: 'x' }));
  const guarded = { allowPrivate: false };
  await fails(crm.url, /without TLS/, guarded);
  for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', 'localhost'])
    await fails(`https://${host}:${crm.port}/`, /has no public address/, guarded);
  assert.deepEqual(crm.requests, []);
});

/** Answers with raw bytes, which may be fewer than it promises. */
async function serving(t: TestContext, body: Buffer, headers: Record<string, string>): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, headers).write(body, () => response.destroy());
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('an answer that breaks off is no export, and what unpacks to too much is cut short', async (t) => {
  await fails(await serving(t, Buffer.from('email\n'), { 'content-length': '100' }), /could not be read to its end/);
  const bomb = gzipSync(Buffer.alloc(1_000_000));
  const headers = { 'content-encoding': 'gzip', 'content-length': String(bomb.length) };
  await fails(await serving(t, bomb, headers), /sends more than 5000 bytes/, { maxSize: 5000 });
});
