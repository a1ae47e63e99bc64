import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { accessOf, missingIn } from '../../config/access.ts';
import { ConfigError } from '../../config/error.ts';
import { loadConfig, loadConfigs } from '../../config/load.ts';

/** A directory with a configuration, and with the files that it names. */
function written(t: TestContext, yaml: string, files: Record<string, string> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'cs-accounts-'));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const file = join(dir, 'contact-sync.yaml');
  writeFileSync(file, yaml.replaceAll('DIR', dir));
  return { file, flags: {} };
}

function faultsOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults.join('\n');
  }
  return assert.fail('nothing was refused');
}

const TWO = `
chatwoot: { base_url: https://desk.test/, account_id: 1, timeout: 9 }
rate: 1200
accounts:
  emea: { account_id: 2 }
  far-away: { base_url: https://far.test, account_id: 1, api_access_token_file: DIR/far, rate: 300, desk_share: 20 }
`;

const ENV = { CHATWOOT_API_ACCESS_TOKEN: 'T' };

test('on the server of chatwoot an account has what it does not say from there, the token included', (t) => {
  const sources = { ...written(t, TWO, { far: 'F\n' }), env: ENV };
  const emea = loadConfig({ ...sources, account: 'emea' });
  assert.deepEqual(accessOf(emea), { baseUrl: 'https://desk.test', accountId: 2, token: 'T' });
  assert.deepEqual([emea.account, emea.chatwoot.timeout, emea.rate, emea.desk_share], ['emea', 9, 1200, 50]);
  const own = { ...ENV, CHATWOOT_API_ACCESS_TOKEN_EMEA: 'E' };
  assert.equal(accessOf(loadConfig({ ...sources, env: own, account: 'emea' })).token, 'E');
});

test('to a server of its own nothing of chatwoot is sent', (t) => {
  const sources = { ...written(t, TWO, { far: 'F\n' }), env: ENV };
  const far = loadConfig({ ...sources, account: 'far-away' });
  assert.deepEqual(accessOf(far), { baseUrl: 'https://far.test', accountId: 1, token: 'F' });
  assert.deepEqual([far.chatwoot.timeout, far.rate, far.desk_share], [20, 300, 20]);
  const bare = { ...written(t, TWO.replace('api_access_token_file: DIR/far, ', '')), env: ENV };
  assert.match(
    faultsOf(() => accessOf(loadConfig({ ...bare, account: 'far-away' }))),
    /^accounts\.far-away\.api_access_token is missing\. Set CHATWOOT_API_ACCESS_TOKEN_FAR_AWAY to .*api_access_token_file\.$/,
  );
});

test('a variable wins over the file of a token, a flag over what an account says', (t) => {
  const more = { CHATWOOT_API_ACCESS_TOKEN_FAR_AWAY: 'plain' };
  const { file } = written(t, TWO, { far: 'F', other: 'O' });
  const load = (env: Record<string, string>) =>
    loadConfig({ file, env, flags: { rate: 60, desk_share: 5 }, account: 'far-away' });
  const far = load(more);
  assert.deepEqual([far.chatwoot.api_access_token, far.rate, far.desk_share], ['plain', 60, 5]);
  const named = { CHATWOOT_API_ACCESS_TOKEN_FAR_AWAY_FILE: join(file, '..', 'other') };
  assert.equal(load(named).chatwoot.api_access_token, 'O');
});

test('the token of chatwoot may lie in a file as well', (t) => {
  const yaml =
    'chatwoot: { base_url: https://desk.test, account_id: 1, api_access_token_file: DIR/t }\naccounts: { emea: { account_id: 2 } }';
  const sources = written(t, yaml, { t: 'F\n' });
  assert.equal(accessOf(loadConfig({ ...sources, env: {} })).token, 'F');
  assert.equal(accessOf(loadConfig({ ...sources, env: {}, account: 'emea' })).token, 'F');
  assert.equal(accessOf(loadConfig({ ...sources, env: ENV })).token, 'T');
});

test('without names all accounts are meant, the one under chatwoot if it has a number; their files are all read', (t) => {
  const sources = { ...written(t, TWO, { far: 'F\n' }), env: ENV };
  assert.deepEqual(
    loadConfigs(sources).map(({ account, chatwoot }) => [account, chatwoot.account_id]),
    [
      ['default', 1],
      ['emea', 2],
      ['far-away', 1],
    ],
  );
  assert.deepEqual(
    loadConfig(sources).places.map(({ name, baseUrl }) => [name, baseUrl]),
    [
      ['default', 'https://desk.test'],
      ['emea', 'https://desk.test'],
      ['far-away', 'https://far.test'],
    ],
  );
  const nobody = { ...written(t, TWO.replace('account_id: 1, timeout: 9', 'timeout: 9'), { far: 'F' }), env: ENV };
  assert.deepEqual(
    loadConfigs(nobody).map(({ account }) => account),
    ['emea', 'far-away'],
  );
  assert.match(
    faultsOf(() => accessOf(loadConfig(nobody))),
    /chatwoot\.account_id is missing\. .*, or name one of the accounts with --account: emea, far-away\.$/,
  );
  assert.equal(loadConfig({ ...nobody, any: true }).account, 'emea');
});

test('the secrets of accounts that are not meant need not be on this machine', (t) => {
  const sources = { ...written(t, TWO), env: ENV };
  assert.equal(loadConfig({ ...sources, account: 'emea' }).account, 'emea');
  assert.match(
    faultsOf(() => loadConfig({ ...sources, account: 'far-away' })),
    /^accounts\.far-away\.api_access_token_file: the file .*far cannot be read\. Correct the path or its rights\.\naccounts/,
  );
});

test('--insecure is meant for the account that the command speaks of', (t) => {
  const sources = { ...written(t, TWO.replace('https://far', 'http://far'), { far: 'F' }), env: ENV };
  assert.match(
    missingIn([loadConfig({ ...sources, account: 'far-away' })]).join(),
    /^accounts\.far-away\.base_url is plain http/,
  );
  const flags = { 'chatwoot.insecure': true };
  assert.deepEqual(missingIn([loadConfig({ ...sources, flags, account: 'far-away' })]), []);
});

test('every fault of every account is said at once, with its key', (t) => {
  const yaml = `
chatwoot: { base_url: https://desk.test, account_id: 1 }
accounts:
  Big: { account_id: 2 }
  default: { account_id: 2 }
  key-file: { account_id: 2 }
  told: { account_id: 0, api_access_token: very-secret }
  twice: { account_id: 1 }
  other: { base_url: https://desk.test/, account_id: 7, rate_window: 30, rate: 5, desk_share: 20, url: x }
sources:
  app: { preset: generic, verify: { scheme: none }, account: nobody }
`;
  const faults = faultsOf(() => loadConfigs({ ...written(t, yaml), env: {}, accounts: ['told', 'absent'] }));
  for (const fault of [
    /^accounts\.Big: .*use small letters/m,
    /^accounts\.default: .*take another name/m,
    /^accounts\.key-file: .*take another name/m,
    /^accounts\.told\.account_id: .*in the configuration file/m,
    /^accounts\.told\.api_access_token: a token does not belong into the configuration file\. Give it with CHATWOOT_API_ACCESS_TOKEN_TOLD, or/m,
    /^accounts\.told\.api_access_token is missing/m,
    /^accounts\.twice\.account_id: that account is the one under chatwoot already/m,
    /^accounts\.other\.rate_window: differs from chatwoot\.rate_window, and both accounts are on one server/m,
    /^accounts\.other\.rate: differs from rate,/m,
    /^accounts\.other\.desk_share: differs from desk_share,/m,
    /^accounts\.other\.url: no such setting/m,
    /^sources\.app\.account: there is no account "nobody"\. Configured are: default, /m,
    /^--account: there is no account "absent"\. Configured are: default, /m,
  ])
    assert.match(faults, fault);
  assert.doesNotMatch(faults, /very-secret/);
});
