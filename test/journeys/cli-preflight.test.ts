import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { freePort } from '../redis/server.ts';
import { rig } from './rig.ts';

test('a wrong address, token or account is told apart before anything is queued', async (t) => {
  const { sandbox, redis, file, run } = await rig(t, { sandbox: { contacts: 1 } });
  file('rows.csv', 'email,name\ncontact1@example.com,X\n');
  const page = await serving(t, (to) => to.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'));
  const moved = await serving(t, (to) => to.writeHead(301, { location: 'https://new.example.com/api' }).end());
  const ill = await serving(t, (to) => to.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'));
  const json = await serving(t, (to) => to.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'));
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const cases: [what: string, env: Record<string, string>, code: number, says: RegExp][] = [
    [
      'another server',
      { CHATWOOT_BASE_URL: page },
      2,
      /is no Chatwoot server \(GET \/api answered HTTP 200\)\. Set CHATWOOT_BASE_URL/,
    ],
    ['an API of something else', { CHATWOOT_BASE_URL: json }, 2, /is no Chatwoot server/],
    [
      'a path too much',
      { CHATWOOT_BASE_URL: `${sandbox.url}/app` },
      2,
      /is no Chatwoot server \(GET \/api answered HTTP 404\)/,
    ],
    [
      'a redirect',
      { CHATWOOT_BASE_URL: moved },
      2,
      /redirects to https:\/\/new\.example\.com\. Set CHATWOOT_BASE_URL to that address/,
    ],
    [
      'nobody',
      { CHATWOOT_BASE_URL: nobody },
      3,
      /cannot be reached \(ECONNREFUSED\)\. Check the address and the network/,
    ],
    ['an ill server', { CHATWOOT_BASE_URL: ill }, 3, /cannot be reached \(HTTP 502\)/],
    [
      'a wrong token',
      { CHATWOOT_API_ACCESS_TOKEN: 'secret-typo' },
      3,
      /refuses the token \("Invalid Access Token"\)\. Copy it again/,
    ],
    [
      "a bot's token",
      { CHATWOOT_API_ACCESS_TOKEN: 'T-bot' },
      3,
      /belongs to a bot or platform app.*Use an administrator's own token/,
    ],
    ["a platform's token", { CHATWOOT_API_ACCESS_TOKEN: 'T-platform' }, 3, /belongs to a bot or platform app/],
    [
      'another account',
      { CHATWOOT_ACCOUNT_ID: '2' },
      3,
      /no member of account 2; of 1 \(Sandbox\).*Correct CHATWOOT_ACCOUNT_ID/,
    ],
    ['a suspended account', { CHATWOOT_ACCOUNT_ID: '3' }, 3, /Account 3 is suspended\. A super admin/],
  ];
  for (let i = 0; i < cases.length; i += 4) {
    await Promise.all(
      cases.slice(i, i + 4).map(async ([what, env, code, says]) => {
        const ended = await run(['sync', 'rows.csv', '--json'], { env });
        const said = ended.stderr.trimEnd().split('\n').at(-1)!;
        assert.equal(ended.code, code, `${what}: ${ended.stderr}`);
        assert.equal(ended.stdout, '', what);
        assert.match(said, says, what);
        assert.match(said, /\.$/, `${what}: the last words are the next step`);
        assert.ok(!ended.stderr.includes('secret-typo'), what);
        assert.ok(!/\n\s+at /.test(ended.stderr), `${what}: no stack`);
      }),
    );
  }
  assert.ok(sandbox.requests.every(({ method }) => method === 'GET'));
  const keys = await redis!.client().keys('*');
  assert.deepEqual(
    keys.filter((key) => /:(runs|dirty|batches)$|:run:/.test(key)),
    [],
    'no run was begun',
  );
});

/** A server that gives every request the same answer. */
async function serving(t: TestContext, answer: (to: ServerResponse) => void): Promise<string> {
  const server = createServer((_, to) => answer(to));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
