import assert from 'node:assert/strict';
import { test } from 'node:test';
import { privateDesk } from '../chatwoot/certificates.ts';
import { startCrm } from '../fetch/crm.ts';
import { rig } from './rig.ts';

test('a private desk is believed by its authority alone, whatever switches certificates off elsewhere', async (t) => {
  const desk = await privateDesk(t);
  const proxy = await startCrm(t, () => ({ status: 200 }));
  const { file, run } = await rig(t);
  file('rows.csv', 'email,name\nada@example.com,Ada\n');
  const open = {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    HTTP_PROXY: proxy.url,
    HTTPS_PROXY: proxy.url,
    ALL_PROXY: proxy.url,
  };
  const sync = async (url: string, ...flags: string[]) => {
    const { code, stderr } = await run(['sync', 'rows.csv', '--run-id', 'r1', ...flags], {
      env: { ...open, CHATWOOT_BASE_URL: url },
    });
    return { code, stderr: stderr.replace(/^.*(NODE_TLS_REJECT|trace-warnings).*\n/gm, '') };
  };
  const [unknown, other, misnamed, none, empty] = await Promise.all([
    sync(desk.url, '--insecure'),
    sync(desk.url, '--ca', desk.other, '--insecure'),
    sync(desk.misnamed, '--ca', desk.ca),
    sync(desk.url, '--ca', 'no-such-file'),
    sync(desk.url, '--ca', 'rows.csv'),
  ]);
  for (const { code, stderr } of [unknown, other]) {
    assert.equal(code, 3, stderr);
    assert.match(stderr, /certificate of https:\S+ is not trusted .*token was not sent\. Give .* with --ca/);
  }
  assert.match(misnamed.stderr, /is for another host \(ERR_TLS_CERT_ALTNAME_INVALID\), so the token was not sent/);
  assert.deepEqual([none.code, empty.code], [2, 2], none.stderr + empty.stderr);
  assert.match(none.stderr, /chatwoot\.ca: the file no-such-file cannot be read \(ENOENT\)/);
  assert.match(empty.stderr, /chatwoot\.ca: the file rows\.csv holds no certificate/);
  assert.deepEqual(desk.requests, [], 'nothing was sent to whom nothing vouches for');
  const believed = await sync(desk.url, '--ca', desk.ca);
  assert.match(believed.stderr, /Chatwoot refuses the token/, 'past the handshake');
  assert.equal(desk.requests[1]?.['api-access-token'], 'T');
  assert.deepEqual(proxy.requests, [], 'no proxy of the environment is told anything');
});
