import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { accessOf, isLoopback } from '../../config/access.ts';
import { ConfigError } from '../../config/error.ts';
import { type ConfigSources, loadConfig } from '../../config/load.ts';
import { mostInFlight, shareAt } from '../../config/pace.ts';
import type { Config } from '../../config/schema.ts';

/** Everything Chatwoot needs, so that only what a test sets can be at fault. */
const ACCESS = {
  CHATWOOT_BASE_URL: 'https://desk.test',
  CHATWOOT_ACCOUNT_ID: '1',
  CHATWOOT_API_ACCESS_TOKEN: 'T',
};

function fileWith(t: TestContext, text: string, name = 'contact-sync.yaml'): string {
  const dir = mkdtempSync(join(tmpdir(), 'cs-config-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

function load(sources: Partial<ConfigSources>): Config {
  return loadConfig({ env: {}, flags: {}, ...sources });
}

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults;
  }
  return [];
}

test('without anything the defaults hold', () => {
  const config = load({});
  assert.deepEqual(
    [
      config.chatwoot.timeout,
      config.chatwoot.insecure,
      config.data_dir,
      config.log_level,
      config.pace.mode,
      config.desk_share,
      mostInFlight(config),
    ],
    [20, false, '.contact-sync', 'info', 'auto', 50, 8],
  );
  assert.deepEqual([config.match, config.map, config.on_missing, config.empty_cells], [[], {}, 'report', 'leave']);
  assert.deepEqual(config.outage_steps, { first: 1, longest: 60 });
});

test('the environment wins over the file, a flag over both', (t) => {
  const file = fileWith(
    t,
    'log_level: debug\ndata_dir: one\nconcurrency: 3\nchatwoot:\n  account_id: 5\n  timeout: 9\n',
  );
  const env = { LOG_LEVEL: 'warn', CONTACT_SYNC_DATA_DIR: 'two', CHATWOOT_ACCOUNT_ID: '6' };
  const config = load({ file, env, flags: { log_level: 'error', rate: undefined, 'chatwoot.insecure': true } });
  assert.deepEqual([config.log_level, config.data_dir, config.concurrency], ['error', 'two', 3]);
  assert.deepEqual([config.chatwoot.account_id, config.chatwoot.timeout, config.chatwoot.insecure], [6, 9, true]);
});

test('an empty variable is no variable', (t) => {
  const file = fileWith(t, 'log_level: debug\n');
  assert.equal(load({ file, env: { LOG_LEVEL: '', CHATWOOT_API_ACCESS_TOKEN_FILE: '' } }).log_level, 'debug');
});

test('the token may lie in a file of its own; the plain variable wins over it', (t) => {
  const CHATWOOT_API_ACCESS_TOKEN_FILE = fileWith(t, 'secret\n', 'token');
  assert.equal(load({ env: { CHATWOOT_API_ACCESS_TOKEN_FILE } }).chatwoot.api_access_token, 'secret');
  const env = { CHATWOOT_API_ACCESS_TOKEN_FILE, CHATWOOT_API_ACCESS_TOKEN: 'plain' };
  assert.equal(load({ env }).chatwoot.api_access_token, 'plain');
});

const FAULTY: [
  what: string,
  yaml: string,
  env: Record<string, string>,
  flags: Record<string, unknown>,
  fault: RegExp,
][] = [
  ['a setting that does not exist', 'rates: 5', {}, {}, /^rates: no such setting/],
  ['one in a section', 'chatwoot:\n  url: x', {}, {}, /^chatwoot\.url: no such setting/],
  ['a value of the file', 'concurrency: 0', {}, {}, /^concurrency: .*in the configuration file/],
  ['a section that is none', 'outage_steps: 5', {}, {}, /^outage_steps: /],
  ['a value of the environment', '', { LOG_LEVEL: 'loud' }, {}, /^log_level: .*with LOG_LEVEL/],
  [
    'an account that is no number',
    '',
    { CHATWOOT_ACCOUNT_ID: 'one' },
    {},
    /^chatwoot\.account_id: .*with CHATWOOT_ACCOUNT_ID/,
  ],
  ['account 0', '', { CHATWOOT_ACCOUNT_ID: '0' }, {}, /^chatwoot\.account_id: /],
  [
    'an address without http',
    '',
    { CHATWOOT_BASE_URL: 'desk.test' },
    {},
    /^chatwoot\.base_url: .*with CHATWOOT_BASE_URL/,
  ],
  ['an address of another kind', '', { CHATWOOT_BASE_URL: 'ftp://desk.test' }, {}, /^chatwoot\.base_url: /],
  ['a flag', '', {}, { rate: -1 }, /^rate: .*with --rate/],
  ['one value of a flag', '', {}, { match: ['mail'] }, /^match\.0: .*with --match/],
  [
    'a token file that is not there',
    '',
    { CHATWOOT_API_ACCESS_TOKEN_FILE: '/nowhere/token' },
    {},
    /^CHATWOOT_API_ACCESS_TOKEN_FILE: the file \/nowhere\/token cannot be read/,
  ],
  ['YAML that is a list', '- a', {}, {}, /contact-sync\.yaml: holds no settings/],
  ['YAML that is a word', 'hello', {}, {}, /contact-sync\.yaml: holds no settings/],
  ['YAML that cannot be read', 'a: [', {}, {}, /contact-sync\.yaml: cannot be read/],
  ['a key that stands twice', 'rate: 1\nrate: 2', {}, {}, /contact-sync\.yaml: cannot be read/],
];
for (const [what, yaml, env, flags, fault] of FAULTY) {
  test(`${what} is a fault that names its key and where it came from`, (t) => {
    const file = fileWith(t, yaml);
    const faults = faultsOf(() => load({ file, env: { ...ACCESS, ...env }, flags }));
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0]!, fault);
    assert.match(faults[0]!, /\.$/);
  });
}

test('all faults are said at once, those of the access included', (t) => {
  const file = fileWith(t, 'concurrency: 0\nrates: 5\npace: quick\n');
  const faults = faultsOf(() => load({ file, env: { LOG_LEVEL: 'loud', CHATWOOT_ACCOUNT_ID: '-1' } }));
  for (const key of [
    'concurrency',
    'rates',
    'log_level',
    'chatwoot.account_id',
    'chatwoot.base_url',
    'chatwoot.api_access_token',
    'pace',
  ]) {
    assert.equal(faults.filter((fault) => fault.startsWith(key)).length, 1, `${key} in:\n${faults.join('\n')}`);
  }
});

test('a fault never shows the token', () => {
  const env = { ...ACCESS, CHATWOOT_API_ACCESS_TOKEN: 'very-secret', CHATWOOT_BASE_URL: 'x' };
  assert.ok(
    !faultsOf(() => load({ env }))
      .join()
      .includes('very-secret'),
  );
});

test('a file given with --config that is not there is a fault', () => {
  assert.match(
    faultsOf(() => load({ file: '/nowhere/x.yaml', env: ACCESS }))[0]!,
    /^\/nowhere\/x\.yaml: cannot be read/,
  );
});

test('an empty file holds the defaults', (t) => {
  assert.equal(load({ file: fileWith(t, '# nothing\n') }).high_water, 20_000);
});

test('the access is taken from the settings, without the slash at the end', () => {
  const access = accessOf(load({ env: { ...ACCESS, CHATWOOT_BASE_URL: 'https://desk.test/support//' } }));
  assert.deepEqual(access, { baseUrl: 'https://desk.test/support', accountId: 1, token: 'T' });
});

test('every part of the access that is missing is said at once', () => {
  const faults = faultsOf(() => accessOf(load({})));
  assert.deepEqual(
    faults.map((fault) => fault.split(' ')[0]),
    ['chatwoot.base_url', 'chatwoot.account_id', 'chatwoot.api_access_token'],
  );
});

const PLAIN: [url: string, insecure: boolean, refused: boolean][] = [
  ['http://desk.test', false, true],
  ['http://desk.test', true, false],
  ['https://desk.test', false, false],
  ['http://localhost:3000', false, false],
  ['http://127.1:3000', false, false],
  ['http://[::1]:3000', false, false],
  ['http://localhost.desk.test', false, true],
];
for (const [url, insecure, refused] of PLAIN) {
  test(`${url} is ${refused ? 'refused' : 'taken'}${insecure ? ' with --insecure' : ''}`, () => {
    const config = load({ env: { ...ACCESS, CHATWOOT_BASE_URL: url }, flags: { 'chatwoot.insecure': insecure } });
    assert.equal(faultsOf(() => accessOf(config)).length, refused ? 1 : 0);
  });
}

for (const [host, loopback] of [
  ['localhost', true],
  ['desk.localhost', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['[::1]', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['10.0.0.1', false],
  ['127.0.0.1.desk.test', false],
  ['notlocalhost', false],
  ['localhost.test', false],
  ['[::2]', false],
] as const) {
  test(`${host} is ${loopback ? 'this machine' : 'another machine'}`, () => assert.equal(isLoopback(host), loopback));
}

test('the pace of a file is a mode or a mode with windows, and a flag changes the mode alone', (t) => {
  const word = fileWith(t, 'pace: fixed\n');
  assert.deepEqual(load({ file: word }).pace, { mode: 'fixed', windows: [] });
  assert.equal(mostInFlight(load({ file: word })), 2);
  const night = fileWith(t, 'pace: {windows: [{from: "22:00", to: "06:30", desk_share: 90}]}\n');
  const { pace } = load({ file: night, flags: { 'pace.mode': 'fixed' } });
  assert.deepEqual([pace.mode, pace.windows.length], ['fixed', 1]);
});

test('a window of the day has its share, also over midnight; outside of all it is the usual one', () => {
  const windows = [
    { from: '22:00', to: '06:30', desk_share: 90 },
    { from: '09:00', to: '17:00', desk_share: 25 },
    { from: '16:00', to: '18:00', desk_share: 40 },
  ];
  const share = (time: string) =>
    shareAt({ mode: 'auto', windows }, 50, Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  for (const [time, expected] of [
    ['21:59', 0.5],
    ['22:00', 0.9],
    ['00:00', 0.9],
    ['06:29', 0.9],
    ['06:30', 0.5],
    ['09:00', 0.25],
    ['16:30', 0.25],
    ['17:00', 0.4],
    ['18:00', 0.5],
  ] as const)
    assert.equal(share(time), expected, time);
});
