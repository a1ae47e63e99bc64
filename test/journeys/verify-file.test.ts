import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededContact } from '../../src/sandbox/seed.ts';
import { type Rig, rig } from './rig.ts';

const held = (id: number) => `${id},contact${id}@example.com,${seededContact(id).name}`;
const HEADER = 'id,email,name';

test('a file that the desk holds: exit 0, and nothing was written', async (t) => {
  const { sandbox, file, run } = await rig(t, { sandbox: { contacts: 40 } });
  const rows = Array.from({ length: 40 }, (_, i) => held(i + 1));
  // Found by id alone, too: such rows are read back like the others, although --no-undo would write them unread.
  file('contact-sync.yaml', 'undo: false\n');
  file('same.csv', [HEADER, ...rows, `1,,${seededContact(1).name}`].join('\n'));
  const { code, stdout, stderr } = await run(['verify', 'same.csv']);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '41 rows are on the desk as in the source; nothing differs.\n');
  assert.deepEqual(written(sandbox), []);
  const { runs } = JSON.parse((await run(['runs', '--json'])).stdout);
  assert.deepEqual(runs, [], 'it leaves no run behind');
});

test('what differs, or is not there, is shown: exit 1', async (t) => {
  const { sandbox, file, run } = await rig(t, { sandbox: { contacts: 40 } });
  const rows = Array.from({ length: 40 }, (_, i) => held(i + 1));
  rows[4] = '5,contact5@example.com,Other';
  // The last word on a contact counts: what came before it need not be there.
  rows.push(`,contact7@example.com,Passing`, `,contact7@example.com,${seededContact(7).name}`);
  rows.push(',gone@example.com,Gone', ',no address,Wrong');
  file('rows.csv', [HEADER, ...rows].join('\n'));
  const text = await run(['verify', 'rows.csv']);
  assert.equal(text.code, 1, text.stderr);
  assert.equal(
    text.stdout,
    [
      '  contact 5  line 6 of rows.csv',
      `    ~ name  "${seededContact(5).name}" → "Other"`,
      '  line 44 of rows.csv: without a contact (no-such-contact)',
      '  line 45 of rows.csv: invalid (email-format)',
      '41 rows are on the desk as in the source, 3 are not: 1 with other values, 1 without a contact, 1 invalid.',
      'Write what differs, with the same options: contact-sync sync rows.csv --trust live',
      '',
    ].join('\n'),
  );
  const json = await run(['verify', 'rows.csv', '--json']);
  assert.equal(json.code, 1);
  const document = JSON.parse(json.stdout);
  assert.deepEqual([document.rows, document.same, document.different], [44, 41, 3]);
  assert.deepEqual(document.differences, [
    {
      row: 4,
      source: 'rows.csv',
      line: 6,
      outcome: 'updated',
      reason: null,
      contact_id: 5,
      keys: document.differences[0].keys,
      changes: [{ field: 'name', before: JSON.stringify(seededContact(5).name), after: '"Other"' }],
    },
  ]);
  assert.deepEqual(
    document.attention.map(({ line, reason }: { line: number; reason: string }) => [line, reason]),
    [
      [44, 'no-such-contact'],
      [45, 'email-format'],
    ],
  );
  // The contact that is missing is not to be created, whatever the configuration says.
  file('contact-sync.yaml', 'on_missing: create\n');
  assert.equal(JSON.parse((await run(['verify', 'rows.csv', '--json'])).stdout).outcomes.not_found, 1);
  assert.deepEqual(written(sandbox), []);
});

test('of many differences twenty are shown, and how many more there are; --all shows them', async (t) => {
  const { file, run } = await rig(t, { sandbox: { contacts: 30 } });
  const rows = Array.from({ length: 30 }, (_, i) => `contact${i + 1}@example.com,Other`);
  file('rows.csv', ['email,name', ...rows].join('\n'));
  const some = await run(['verify', 'rows.csv']);
  assert.equal(some.stdout.match(/^ {2}contact \d+/gm)?.length, 20);
  assert.match(some.stdout, /\n {2}and 10 more rows; --all shows them\.\n0 rows are on the desk/);
  const all = await run(['verify', 'rows.csv', '--all']);
  const lines = [...all.stdout.matchAll(/^ {2}contact \d+ +line (\d+)/gm)].map(([, line]) => Number(line));
  assert.deepEqual(
    lines,
    Array.from({ length: 30 }, (_, i) => i + 2),
  );
});

test('a sample reads so many rows back, and with each of them the others of its contact', async (t) => {
  const { file, run, sandbox } = await rig(t, { sandbox: { contacts: 60 } });
  // Each contact twice: what the first row says was overwritten by the second.
  const rows = Array.from({ length: 60 }, (_, i) => `contact${i + 1}@example.com,Passing`);
  const last = Array.from({ length: 60 }, (_, i) => `CONTACT${i + 1}@example.com,${seededContact(i + 1).name}`);
  file('rows.csv', ['email,name', ...rows, ...last].join('\n'));
  const { code, stdout, stderr } = await run(['verify', 'rows.csv', '--sample', '10', '--json']);
  assert.equal(code, 0, stderr);
  const { rows: read, same, calls } = JSON.parse(stdout);
  assert.equal(read % 2, 0);
  assert.ok(read > 10 && read <= 20, `${read} rows`);
  assert.equal(same, read);
  assert.ok(calls.filter <= 2, `${calls.filter} calls`);
  assert.deepEqual(written(sandbox), []);
  const none = await run(['verify', 'rows.csv', '--sample', '0']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /Give a whole number from 1 up\./);
});

function written(sandbox: Rig['sandbox']): unknown[] {
  return sandbox.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('/filter'));
}
