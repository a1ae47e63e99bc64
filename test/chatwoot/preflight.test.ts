import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { namesOf } from '../../config/access.ts';
import type { Answer, NetworkFault } from '../../src/chatwoot/answer.ts';
import { ChatwootClient } from '../../src/chatwoot/client.ts';
import { type Ask, definitionsIn, PreflightError, preflight } from '../../src/chatwoot/preflight.ts';
import { rulesOf } from '../../src/chatwoot/version.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { freePort } from '../redis/server.ts';
import { answer, fault } from './answers.ts';

/** As the account is told that is no further one. */
const NAMES = namesOf('default');

async function deskFor(t: TestContext, options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ token: 'T', ...options });
  t.after(() => sandbox.close());
  return sandbox;
}

function askerOf(t: TestContext, baseUrl: string, token = 'T'): Ask {
  const client = new ChatwootClient({ baseUrl, token, timeoutMs: 2000 });
  t.after(() => client.close());
  return (request) => client.send(request);
}

async function refusal(work: Promise<unknown>): Promise<PreflightError> {
  const error = await work.then(
    () => assert.fail('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PreflightError, String(error));
  return error;
}

test('a good address, token and account pass with two calls and tell the version', async (t) => {
  const desk = await deskFor(t);
  const rules = await preflight(askerOf(t, desk.url), desk.url, 1, NAMES);
  assert.deepEqual(rules, { version: '4.10.0', mergesAdditionalAttributes: true });
  assert.deepEqual(desk.counts.byRoute, { 'GET /api': 1, 'GET /api/v1/profile': 1 });
});

test('a server that says a part is failing is no reason to refuse', async (t) => {
  const desk = await deskFor(t, { version: '4.1' });
  desk.setHealth({ data_services: 'failing' });
  const rules = await preflight(askerOf(t, desk.url), desk.url, 1, NAMES);
  assert.deepEqual(rules, { version: '4.1.0', mergesAdditionalAttributes: false });
});

const TOKENS: [token: string, code: string, words: RegExp][] = [
  ['wrong', 'wrong-token', /Invalid Access Token.*CHATWOOT_API_ACCESS_TOKEN/],
  ['', 'wrong-token', /sign in|not signed in/],
  ['T-bot', 'wrong-token', /bot or platform app.*administrator/],
  ['T-platform', 'wrong-token', /bot or platform app/],
];
for (const [token, code, words] of TOKENS) {
  test(`the token "${token}" is refused with a sentence of its own`, async (t) => {
    const desk = await deskFor(t);
    const error = await refusal(preflight(askerOf(t, desk.url, token), desk.url, 1, NAMES));
    assert.equal(error.code, code);
    assert.match(error.message, words);
  });
}

test('an account the owner is no member of is refused, and the right one is named', async (t) => {
  const desk = await deskFor(t, { account: 7 });
  const error = await refusal(preflight(askerOf(t, desk.url), desk.url, 1, NAMES));
  assert.equal(error.code, 'wrong-account');
  assert.match(error.message, /no member of account 1; of 7 \(.+\)\. Correct CHATWOOT_ACCOUNT_ID/);
});

test('nobody listening is unreachable', async (t) => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const error = await refusal(preflight(askerOf(t, url), url, 1, NAMES));
  assert.equal(error.code, 'unreachable');
  assert.match(error.message, /cannot be reached \(ECONNREFUSED\)/);
});

const PROFILE = answer({ text: '{"accounts":[{"id":1,"name":"A","status":"suspended"},{"id":2,"name":"B"}]}' });
const ALIVE = answer({ text: '{"version":"4.10.0"}' });
const html = { mediaType: 'text/html', text: '<html>' };
const SCRIPTED: [
  what: string,
  api: Answer | NetworkFault,
  profile: Answer | NetworkFault,
  code: string,
  words: RegExp,
][] = [
  [
    'a redirect names the address to use',
    answer({ status: 301, location: 'https://new.test/api' }),
    PROFILE,
    'wrong-url',
    /redirects to https:\/\/new\.test\. Set/,
  ],
  ['another server is no Chatwoot', answer(html), PROFILE, 'wrong-url', /no Chatwoot server/],
  ['a 404 is no Chatwoot', answer({ status: 404 }), PROFILE, 'wrong-url', /HTTP 404/],
  ['an answer without a version is no Chatwoot', answer(), PROFILE, 'wrong-url', /no Chatwoot server/],
  ['a bad gateway is unreachable', answer({ status: 502, ...html }), PROFILE, 'unreachable', /HTTP 502/],
  ['a time-out on the profile is unreachable', ALIVE, fault('timeout', 'ETIMEDOUT'), 'unreachable', /ETIMEDOUT/],
  ['a server error on the profile is unreachable', ALIVE, answer({ status: 500 }), 'unreachable', /HTTP 500/],
  [
    'a firewall on the profile is named',
    ALIVE,
    answer({ status: 403, ...html }),
    'wrong-url',
    /HTTP 403 where a profile/,
  ],
  ['a suspended account is named', ALIVE, PROFILE, 'suspended', /Account 1 is suspended/],
  ['no account at all is named', ALIVE, answer({ text: '{"accounts":[]}' }), 'wrong-account', /of no account at all/],
];
for (const [what, api, profile, code, words] of SCRIPTED) {
  test(what, async () => {
    const ask: Ask = async ({ path }) => (path === 'api' ? api : profile);
    const error = await refusal(preflight(ask, 'https://desk.test', 1, NAMES));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.match(error.message, /\.$/);
  });
}

test('a profile that lists no accounts is taken as it is', async () => {
  const ask: Ask = async ({ path }) => (path === 'api' ? ALIVE : answer({ text: '{"id":3}' }));
  assert.equal((await preflight(ask, 'https://desk.test', 1, NAMES)).version, '4.10.0');
});

const VERSIONS: [version: string, merges: boolean][] = [
  ['4.1.0', false],
  ['4.2.0', true],
  ['4.10.0', true],
  ['4.15.1', true],
  ['5.0.0', true],
  ['5.0', true],
  ['3.14.2', false],
  ['v4.10.0', false],
  ['4', false],
  ['', false],
  ['edge', false],
];
for (const [version, merges] of VERSIONS) {
  test(`Chatwoot ${version || '(unknown)'} ${merges ? 'merges' : 'is taken to replace'} additional attributes`, () => {
    assert.deepEqual(rulesOf(version), { version, mergesAdditionalAttributes: merges });
  });
}

test('definitions are read by key, with the options of a list', () => {
  const text = JSON.stringify([
    { attribute_key: 'plan', attribute_display_type: 'list', attribute_values: ['a', 1, 'b'] },
    { attribute_key: 'seats', attribute_display_type: 'number', attribute_values: null },
    { attribute_key: 'odd' },
    null,
  ]);
  assert.deepEqual(
    [...definitionsIn(answer({ text }))!],
    [
      ['plan', { type: 'list', options: ['a', 'b'] }],
      ['seats', { type: 'number', options: [] }],
    ],
  );
});

for (const [what, outcome] of [
  ['an error', answer({ status: 500, text: '[]' })],
  ['a network fault', fault('reset')],
  ['no JSON', answer({ text: '<' })],
  ['no list', answer({ text: '{}' })],
] as const) {
  test(`${what} tells no definitions`, () => assert.equal(definitionsIn(outcome), undefined));
}
