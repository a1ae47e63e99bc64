import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { rig } from './rig.ts';

const EXPORT = [
  'E-Mail;name;custom_attributes.plna;Umsatz',
  'contact1@example.com;Zoë;gold;1',
  'contact2 example.com;Ann;;2',
  'contact1@example.com;Zoé;gold;3',
  'contact3@example.com;"zu";viele;Zellen;hier',
  ';Nobody;;4',
  '',
].join('\r\n');

const CONFIG = `version: 1
sources:
  crm:
    file:
      columns:
        E-Mail: { to: email, type: email }
`;

interface Document {
  ok: boolean;
  findings: { part: string; level: string; message: string }[];
  file?: {
    rows: number;
    encoding: string;
    delimiter: string;
    invalid: Record<string, { rows: number; first: { line: number }[] }>;
    ignored: { name: string }[];
    repeated: { keys: number; first: { key: string; lines: number[] }[] };
  };
}

test('check finds everything that is wrong with a file, sends nothing and leaves nothing in Redis', async (t) => {
  const { dir, env, redis, sandbox, file, run } = await rig(t, { sandbox: { contacts: 3 } });
  const { CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID, CHATWOOT_API_ACCESS_TOKEN } = env as Record<string, string>;
  await fetch(`${CHATWOOT_BASE_URL}/api/v1/accounts/${CHATWOOT_ACCOUNT_ID}/custom_attribute_definitions`, {
    method: 'POST',
    headers: { 'api-access-token': CHATWOOT_API_ACCESS_TOKEN!, 'content-type': 'application/json' },
    body: JSON.stringify({
      attribute_display_name: 'Plan',
      attribute_key: 'plan',
      attribute_display_type: 0,
      attribute_model: 1,
    }),
  });
  file('contact-sync.yaml', CONFIG);
  const before = JSON.stringify([1, 2, 3].map((id) => sandbox.contacts.get(id)));
  const command = ['check', '--source', 'crm', '--file', file('export.csv', Buffer.from(EXPORT, 'latin1'))];
  const { code, stdout, stderr } = await run([...command, '--json']);
  assert.equal(code, 1, stderr + stdout);
  const { ok, findings, file: found } = JSON.parse(stdout) as Document;
  assert.equal(ok, false);
  assert.deepEqual([found?.rows, found?.encoding, found?.delimiter], [5, 'windows-1252', ';']);
  const invalid = Object.entries(found!.invalid).map(([reason, { rows, first }]) => [reason, rows, first[0]?.line]);
  assert.deepEqual(invalid.sort(), [
    ['email-format', 1, 3],
    ['no-match-key', 1, 6],
    ['row-ragged', 1, 5],
  ]);
  assert.deepEqual(
    found!.ignored.map(({ name }) => name),
    ['Umsatz'],
  );
  assert.deepEqual(found!.repeated.first, [{ key: 'email', lines: [2, 4] }]);
  const warnings = findings
    .filter(({ level }) => level === 'warning')
    .map(({ part, message }) => `${part}: ${message}`);
  assert.ok(
    warnings.some((one) => /^definitions: .*plna is not defined .* Did you mean custom_attributes\.plan\?$/.test(one)),
  );
  assert.ok(warnings.some((one) => /^redis: Redis (has no append-only file|keeps nothing)/.test(one)));
  assert.ok(warnings.some((one) => /^file: export\.csv: 3 of 5 rows would not be sent/.test(one)));
  assert.equal(JSON.stringify([1, 2, 3].map((id) => sandbox.contacts.get(id))), before);
  const client = new Redis(redis!.url);
  assert.deepEqual(await client.keys('*'), []);
  client.disconnect();
  assert.deepEqual(readdirSync(dir).sort(), ['contact-sync.yaml', 'export.csv']);

  const told = await run(command);
  assert.equal(told.code, 1);
  assert.match(told.stdout, /email-format, 1\n[\s\S]*line 3: "E-Mail" \(email\)/);
  assert.doesNotMatch(told.stdout, /contact2|Zoë/);
});

test('check says all faults of a set-up at once, each with its next step', async (t) => {
  const { redis, file, run } = await rig(t);
  const client = new Redis(redis!.url);
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  client.disconnect();
  file('contact-sync.yaml', 'version: 1\nmatch: [emial]\nempty_cell: clear\n');
  const settings = await run(['check', '--json']);
  assert.equal(settings.code, 2);
  const faults = (JSON.parse(settings.stdout) as Document).findings;
  assert.deepEqual(
    faults.map(({ part, level, message }) => [part, level, message.split(/[:,]/)[0]]),
    [
      ['configuration', 'fault', 'match.0'],
      ['configuration', 'fault', 'empty_cell'],
    ],
  );
  file('contact-sync.yaml', 'version: 1\n');
  const env = { CHATWOOT_API_ACCESS_TOKEN: 'WRONG' };
  const command = ['check', '--file', file('x.csv', 'a,b\n1,2\n')];
  const { code, stdout } = await run(command, { env });
  assert.equal(code, 2);
  assert.match(stdout, /✗ redis +Redis would throw queued changes away[\s\S]*✗ chatwoot +Chatwoot refuses the token/);
  assert.match(stdout, /✗ file +no column is known[\s\S]*Faults: 3, warnings: 0\./);
  assert.doesNotMatch(stdout, /WRONG/);
  const well = await run(['check', '--file', file('x.csv', 'email\nann@example.com\n')], {});
  assert.equal(well.code, 3);
});

test('check of a set-up that is well says what it found and exits with 0', async (t) => {
  const { file, run } = await rig(t, { redis: 'appendonly', sandbox: { contacts: 1 } });
  const { code, stdout, stderr } = await run(['check', '--file', '-'], { input: 'email,name\na@example.com,A\n' });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /✓ redis +\w+ [\d.]+; it evicts nothing\n✓ chatwoot +Chatwoot [\d.]+ at [^\n]*plain http\n/);
  assert.match(stdout, /1 row, none of them wrong[\s\S]*Nothing keeps a run from beginning/);
  file('none.csv', '');
  assert.equal((await run(['check', '--file', 'none.csv'])).code, 2);
});
