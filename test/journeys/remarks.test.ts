import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { rig } from './rig.ts';
import { table } from './table.ts';

const CONFIG = `
sources:
  crm:
    file:
      country: DE
      columns:
        E-Mail: { to: email, type: email }
        Phone: { to: phone_number, type: phone }
        Score: { to: custom_attributes.score, type: number }
`;

const ROWS = [
  ['ann@example.com', '030 901820 ext. 12', ''],
  ['bob@example.com; bob@example.org', '', ''],
  ['ann@example.com, ann@example.org', '', 'none'],
  ['cem@example.com; cem@example.org', '', ''],
];

test('what a type left out of cells is told before a run by check and by the run itself, in numbers and lines alone', async (t) => {
  const { dir, file, run, sync, sandbox } = await rig(t, { redis: 'appendonly' });
  sandbox.contacts.add({ email: 'bob@example.com' });
  file('contact-sync.yaml', CONFIG);
  file('export.csv', table(['E-Mail', 'Phone', 'Score'], ROWS));
  const command = ['--source', 'crm'];

  const checked = await run(['check', '--file', 'export.csv', ...command, '--json']);
  const { findings, file: found } = JSON.parse(checked.stdout);
  const email = { column: 'E-Mail', field: 'email', remark: 'several-addresses', cells: 2, first_line: 3 };
  const phone = { column: 'Phone', field: 'phone_number', remark: 'extension-dropped', cells: 1, first_line: 2 };
  assert.deepEqual(found.remarks, [phone, email]);
  const said = 'export.csv: column "E-Mail": 2 cells held several addresses, the first was taken (first on line 3)';
  const warnings = findings.filter(({ level }: { level: string }) => level === 'warning');
  assert.ok(
    warnings.some(({ message }: { message: string }) => message.startsWith(`${said}. Correct the cells`)),
    checked.stdout,
  );

  const ended = await sync(['export.csv', ...command]);
  const lines = ended.stderr.split('\n');
  assert.equal(lines.filter((line) => line === said).length, 1, ended.stderr);
  assert.match(ended.stderr, /column "Phone": 1 cell held an extension .* left out \(on line 2\)\n/);
  const logged = readFileSync(join(dir, 'reports', ended.summary.run, 'run.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('reading.remark'))
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    logged.map(({ source, column, field, remark, cells, first_line }) => [
      source,
      { column, field, remark, cells, first_line },
    ]),
    [
      ['export.csv', phone],
      ['export.csv', email],
    ],
  );
  assert.doesNotMatch(JSON.stringify([logged, ended.stderr, findings]), /example\.(com|org)|901820/);

  // What is well but for remarks does not change the exit code.
  file('sound.csv', table(['E-Mail', 'Phone', 'Score'], ROWS.slice(1, 2)));
  const sound = await run(['check', '--file', 'sound.csv', ...command]);
  assert.equal(sound.code, 0, sound.stdout);
  assert.match(sound.stdout.replace(/\s+/g, ' '), /! sound\.csv: column "E-Mail": 1 cell held several addresses/);

  const queued = await run(['enqueue', 'sound.csv', ...command]);
  assert.match(queued.stderr, /^sound\.csv: column "E-Mail": 1 cell held several addresses/m);
});
