import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { rig, until } from './rig.ts';

const EXPORT = [
  'Kunden-Nr;Vorname;Nachname;E-Mail-Adresse;Newsletter Opt-In;Geburtstag',
  'K1;Zoë;Weiß;contact1@example.com;ja;03/04/1980',
  'K2;Ann;B;contact2@example.com;nein;05/06/1981',
  '',
].join('\r\n');

test('with flags alone a configuration is written that check and sync take as it is', async (t) => {
  const { dir, env, sandbox, file, run } = await rig(t, { sandbox: { contacts: 2 } });
  const { CHATWOOT_BASE_URL: url = '', CHATWOOT_ACCOUNT_ID: account = '' } = env;
  delete env.CHATWOOT_BASE_URL;
  delete env.CHATWOOT_ACCOUNT_ID;
  mkdirSync(path.join(dir, '.git'));
  const flags = ['init', file('export.csv', Buffer.from(EXPORT, 'latin1')), '--base-url', url];
  const asked = await run(flags);
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /Nobody can be asked[^\n]*Give --yes/);
  const wrong = await run([...flags, '--account-id', account, '--yes'], { env: { CHATWOOT_API_ACCESS_TOKEN: 'BAD' } });
  assert.equal(wrong.code, 3);
  assert.ok(!existsSync(path.join(dir, '.env')));

  const { code, stdout, stderr } = await run([...flags, '--account-id', account, '--yes', '--json']);
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout).written, ['contact-sync.yaml', '.env']);
  assert.match(stderr, /\.env holds the token and is not ignored by git/);
  assert.doesNotMatch(stdout + stderr, /contact1|Zoë/);
  const written = readFileSync(path.join(dir, 'contact-sync.yaml'), 'utf8');
  assert.doesNotMatch(written, /api_access_token|contact1|1980/);
  assert.match(written, /Newsletter Opt-In: false +# says whether/);
  assert.match(
    written,
    /Geburtstag: false {2}# or custom_attributes\.geburtstag +# dates that may be day or month first/,
  );
  assert.equal(statSync(path.join(dir, '.env')).mode & 0o777, 0o600);
  assert.match(readFileSync(path.join(dir, '.env'), 'utf8'), /^CHATWOOT_API_ACCESS_TOKEN='T'$/m);

  const again = await run([...flags, '--account-id', account, '--yes']);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /are there already[^\n]*--force/);
  const checked = await run(['check', '--source', 'crm', '--file', 'export.csv']);
  assert.equal(checked.code, 0, checked.stdout);
  const synced = await run(['sync', 'export.csv', '--source', 'crm', '--match', 'email']);
  assert.equal(synced.code, 0, synced.stderr);
  assert.equal(sandbox.contacts.get(1)?.name, 'Zoë Weiß');
  assert.equal(sandbox.contacts.get(1)?.identifier, 'K1');
});

test('at a terminal what is missing is asked for, the token unseen, and a no writes nothing', async (t) => {
  const { dir, env, file } = await rig(t, { sandbox: { contacts: 2 } });
  file('export.csv', EXPORT);
  const { CHATWOOT_API_ACCESS_TOKEN: _, ...without } = env;
  const cli = path.resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');
  const answering = async (last: string) => {
    const command = `'${process.execPath}' '${cli}' init export.csv`;
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: dir, env: without });
    t.after(() => child.kill('SIGKILL'));
    let shown = '';
    child.stdout.on('data', (text: Buffer) => {
      shown += text.toString();
    });
    await until('the token is asked for', () => shown.includes('not shown): '));
    child.stdin.write('T\r');
    await until('the last question', () => shown.includes('[y/N]'));
    child.stdin.write(`${last}\r`);
    await once(child, 'close');
    return shown;
  };
  const shown = await answering('n');
  assert.match(shown, /found by identifier K1\r\n {4}email: "contact1@example\.com"/);
  assert.match(shown, /not shown\): (\x1b\[[0-9]*[A-Z])*\r\n/, 'the token was shown');
  assert.match(shown, /Nothing was written/);
  assert.ok(!existsSync(path.join(dir, 'contact-sync.yaml')));
  assert.match(await answering('y'), /Written: contact-sync\.yaml, \.env/);
  assert.match(readFileSync(path.join(dir, '.env'), 'utf8'), /='T'$/m);
});

test('a known export is recognised, its preset written down, and what it leaves open proposed beside it', async (t) => {
  const { dir, file, run } = await rig(t, { sandbox: { contacts: 2 } });
  const example = readFileSync(path.resolve('examples/exports/hubspot-contacts.csv'), 'utf8');
  const widened = example.replaceAll(/(\r?\n)(?=.)/g, ',x$1').replace(',x', ',Favourite Colour');
  const export_ = file('hubspot.csv', example);
  const flags = ['--account-id', '1', '--yes', '--force'];
  const known = await run(['init', export_, ...flags, '--json']);
  assert.equal(known.code, 0, known.stderr);
  assert.equal(JSON.parse(known.stdout).preset, 'hubspot-contacts');
  assert.match(known.stderr, /HubSpot contacts: \d+ of \d+ columns; its preset is proposed/);
  const written = () => readFileSync(path.join(dir, 'contact-sync.yaml'), 'utf8');
  assert.match(written(), /^ {6}preset: hubspot-contacts {2}# HubSpot contacts: \d+ of \d+ columns$/m);
  assert.doesNotMatch(written(), /Email/, 'what the preset maps is not said again');
  const planned = await run(['plan', export_, '--source', 'crm', '--json']);
  const mapped = JSON.parse(planned.stdout);
  // Three phone numbers have no country code, and a country is not guessed.
  assert.deepEqual([mapped.outcomes.not_found, mapped.outcomes.invalid, mapped.rows], [27, 3, 30]);

  assert.equal((await run(['init', file('wider.csv', widened), ...flags])).code, 0);
  assert.match(
    written(),
    /preset: hubspot-contacts[\s\S]*columns:\n {8}Favourite Colour: false {2}# or custom_attributes/,
  );
  assert.equal((await run(['init', export_, ...flags, '--no-preset'])).code, 0);
  assert.doesNotMatch(written(), /preset/);
  assert.match(written(), /Email: \{ to: email, type: email \}/);
});
