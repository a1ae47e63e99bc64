import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { rig } from './rig.ts';

test('every fault of a configuration is said at once, each with its key, where it stands and what to do', async (t) => {
  const { sandbox, dir, file, run } = await rig(t);
  mkdirSync(path.join(dir, 'config'));
  file(
    'config/contact-sync.yaml',
    [
      'chatwoot:',
      '  account_id: one',
      '  timeout: -3',
      '  tokken: x',
      'concurrency: 0',
      'match: [e-mail]',
      'pace: {speed: 9}',
      'redis: {url: [1]}',
      'colour: red',
    ].join('\n'),
  );
  file('rows.csv', 'email,name\na@b.c,X\n');
  const env = {
    CHATWOOT_ACCOUNT_ID: '',
    CHATWOOT_API_ACCESS_TOKEN: '',
    CHATWOOT_BASE_URL: 'desk.example.com',
    REDIS_URL: '',
  };
  const { code, stdout, stderr } = await run(['sync', 'rows.csv', '--json', '--log-level', 'loud'], {
    env: { ...env, CHATWOOT_API_ACCESS_TOKEN_FILE: 'no-such-file' },
  });
  assert.deepEqual([code, stdout], [2, '']);
  const lines = stderr.trimEnd().split('\n');
  assert.match(lines[0]!, /^The configuration has \d+ faults:$/);
  const says = (start: RegExp) => lines.filter((line) => start.test(line));
  for (const fault of [
    /^ {2}- CHATWOOT_API_ACCESS_TOKEN_FILE: the file no-such-file cannot be read\. Correct the path or its rights\.$/,
    /^ {2}- chatwoot\.base_url: Invalid URL.*Correct it with CHATWOOT_BASE_URL;/,
    /^ {2}- chatwoot\.account_id: .*Correct it in the configuration file;/,
    /^ {2}- chatwoot\.timeout: /,
    /^ {2}- chatwoot\.tokken: no such setting/,
    /^ {2}- chatwoot\.api_access_token is missing\. Set CHATWOOT_API_ACCESS_TOKEN/,
    /^ {2}- redis\.url: /,
    /^ {2}- concurrency: /,
    /^ {2}- match\.0: /,
    /^ {2}- colour: no such setting/,
    /^ {2}- log_level: .*Correct it with --log-level;/,
    /^ {2}- pace\.speed: no such setting/,
  ]) {
    assert.equal(says(fault).length, 1, `${fault} in\n${stderr}`);
  }
  assert.equal(lines.length, 13, stderr);
  for (const line of lines.slice(1)) assert.match(line, /\.$/);
  assert.deepEqual(sandbox.requests, []);
});

test('flags win over environment, environment over file, and the token may come from a file', async (t) => {
  const { sandbox, file, run } = await rig(t, { sandbox: { contacts: 2 } });
  file('rows.csv', 'email,Firma,Tarif\ncontact1@example.com,Acme,x\n');
  file('token', 'T\n');
  file(
    'contact-sync.yaml',
    [
      'chatwoot: {base_url: "http://127.0.0.1:9", account_id: 77}',
      'map: {Tarif: custom_attributes.tarif, Firma: additional_attributes.company_name}',
      'report_dir: by-file',
      'rate: 111',
    ].join('\n'),
  );
  const base = { CHATWOOT_API_ACCESS_TOKEN: '', CHATWOOT_API_ACCESS_TOKEN_FILE: 'token' };
  const byFile = await run(['sync', 'rows.csv', '--json'], { env: base });
  assert.equal(byFile.code, 0, byFile.stderr);
  assert.match(JSON.parse(byFile.stdout).report_dir, /\/by-file\/run_\w+$/);
  assert.equal(sandbox.contacts.get(1)!.additional_attributes.company_name, 'Acme');
  assert.equal(sandbox.contacts.get(1)!.custom_attributes.tarif, 'x');

  file('rows.csv', 'email,Firma,Tarif\ncontact2@example.com,Other,y\n');
  const byFlag = await run(
    ['sync', 'rows.csv', '--json', '--map', 'Firma=name', '--report-dir', 'by-flag', '--rate', '240'],
    {
      env: { ...base, LOG_LEVEL: 'error' },
    },
  );
  assert.equal(byFlag.code, 0, byFlag.stderr);
  assert.match(JSON.parse(byFlag.stdout).report_dir, /\/by-flag$/);
  assert.equal(sandbox.contacts.get(2)!.name, 'Other');
  const status = JSON.parse((await run(['status', '--json'], { env: base })).stdout);
  assert.equal(status.pace.rate, 240);
});

test('plain http to another machine and wrong usage are refused before anything is sent', async (t) => {
  const { sandbox, file, run } = await rig(t, { sandbox: { host: '0.0.0.0', contacts: 1 } });
  file('rows.csv', 'email,name\ncontact1@example.com,X\n');
  // To the system it is this machine, but not by a loopback name.
  const env = { CHATWOOT_BASE_URL: `http://0.0.0.0:${sandbox.port}` };
  const [plain, usage, unknown] = await Promise.all([
    run(['sync', 'rows.csv'], { env }),
    run(['sync', 'rows.csv', '--limit', 'some']),
    run(['snyc', 'rows.csv']),
  ]);
  for (const { code, stderr } of [plain, usage, unknown]) assert.equal(code, 2, stderr);
  assert.match(plain.stderr, /chatwoot\.base_url is plain http.*Use https, or give --insecure\.\n$/);
  assert.match(usage.stderr, /--limit.*Give a whole number from 0 up\./);
  assert.match(unknown.stderr, /unknown command 'snyc'.*\n.*sync/);
  assert.deepEqual(sandbox.requests, []);
  const insecure = await run(['sync', 'rows.csv', '--insecure'], { env });
  assert.equal(insecure.code, 0, insecure.stderr);
});
