import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { rig } from './rig.ts';

const KEYS = [
  'run',
  'source',
  'line',
  'outcome',
  'reason',
  'contact_id',
  'fields',
  'http_status',
  'attempts',
  'duration_ms',
  'desk_ms',
  'request_id',
];
const WRONG_QUOTE = 'contact4@example.com,"+15550000104"x,"a, ""b""",Four';

/** Beside the documented keys: the row's number in the run, and what is special about it. */
const MORE = ['row', 'detail', 'holder'];

test('a report directory holds the documented files, private, with the documented keys and no personal datum', async (t) => {
  const { dir, file, run } = await rig(t, { sandbox: { contacts: 5 } });
  const csv = [
    'email,phone_number,name,custom_attributes.seats',
    'contact1@example.com,+4917099887766,Ottoline Quibble,3',
    'contact2@example.com,12,Ottoline Quibble,',
    'nobody@example.com,,Ottoline Quibble,',
    'contact3@example.com,,"Ottoline Quibble',
    'contact4@example.com,+15550000005,,',
  ].join('\n');
  const ended = await run(['sync', '--json', file('people.csv', csv), '--report-dir', 'out/nightly']);
  assert.equal(ended.code, 1, ended.stderr);
  const out = path.join(dir, 'out/nightly');
  const names = ['needs-attention.csv', 'outcomes.ndjson', 'report.html', 'run.log', 'summary.json'];
  assert.deepEqual(readdirSync(out).sort(), names);
  for (const name of names) assert.equal(statSync(path.join(out, name)).mode & 0o777, 0o600, name);
  assert.equal(statSync(out).mode & 0o777, 0o700);
  const read = (name: string) => readFileSync(path.join(out, name), 'utf8');

  assert.equal(read('summary.json'), ended.stdout, 'what --json printed, byte for byte');
  const summary = JSON.parse(ended.stdout);
  assert.equal(summary.report_dir, out);
  const lines = read('outcomes.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, summary.rows);
  for (const line of lines)
    assert.deepEqual(
      Object.keys(line).filter((key) => !MORE.includes(key)),
      KEYS,
    );

  const log = read('run.log')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const logged = log.filter(({ event }) => event === 'contact.outcome');
  const own = ['level', 'time', 'pid', 'event', 'msg'];
  const plain = (line: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(line).filter(([key]) => !own.includes(key)));
  const byLine = (a: { line: number }, b: { line: number }) => a.line - b.line;
  assert.deepEqual(
    logged.map(plain).sort(byLine as never),
    lines.toSorted(byLine),
    'the log says the same as the file',
  );

  for (const name of ['outcomes.ndjson', 'run.log', 'report.html', 'summary.json']) {
    const text = read(name);
    for (const secret of ['example.com', '17099887766', '15550000005', 'Ottoline', 'Quibble', '"T"'])
      assert.ok(!text.includes(secret), `${name} holds ${secret}`);
  }
  assert.ok(!ended.stderr.includes('Ottoline') && !ended.stderr.includes('@example.com'), ended.stderr);
  const html = read('report.html');
  assert.match(html, /^<!doctype html>/i);
  assert.match(html, new RegExp(summary.run));
  assert.match(html, /people\.csv/);
  assert.ok(!/<script|https?:\/\/(?!127\.0\.0\.1)/i.test(html), 'it needs nothing from elsewhere');
});

test('needs-attention.csv comes back corrected: guards are taken off, what is left unrepaired is refused again', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 9 } });
  const csv = [
    'email,phone_number,custom_attributes.note,name',
    'contact1 @example.com,+15550000101,=1+1,One',
    'contact2@example.com,+15550000102,fine,Two',
    'contact3@example.com,+15550000103,-5,Three,too many',
    WRONG_QUOTE,
    'contact5@example.com,+15550000105',
    "gone@example.com,+15550000106,'=quoted,Six",
  ].join('\n');
  const first = await sync([file('crm.csv', csv)]);
  assert.equal(first.code, 1, first.stderr);
  const attention = path.join(first.summary.report_dir, 'needs-attention.csv');
  const text = readFileSync(attention, 'utf8');
  const [header, ...rows] = parse(text, { bom: true, relax_quotes: true }) as string[][];
  assert.deepEqual(header, [
    'email',
    'phone_number',
    'custom_attributes.note',
    'name',
    ...['_line', '_outcome', '_reason', '_message', '_hint', '_contact_url'],
  ]);
  assert.deepEqual(
    rows.map((row) => [...row.slice(0, 4), row[4], row[5], row[6]]),
    [
      ['contact1 @example.com', "'+15550000101", "'=1+1", 'One', '2', 'invalid', 'email-format'],
      ['contact3@example.com,+15550000103,-5,Three,too many', '', '', '', '4', 'invalid', 'row-ragged'],
      [WRONG_QUOTE, '', '', '', '5', 'invalid', 'row-malformed'],
      ['contact5@example.com,+15550000105', '', '', '', '6', 'invalid', 'row-ragged'],
      ['gone@example.com', "'+15550000106", "''=quoted", 'Six', '7', 'not_found', 'no-such-contact'],
    ],
  );
  for (const row of rows) assert.ok(row[7] !== '' && row[8] !== '', 'each says what happened and what to do');

  const puts = sandbox.requests.length;
  writeFileSync(
    attention,
    text
      .replace('contact1 @', 'contact1@')
      .replace(
        '"contact3@example.com,+15550000103,-5,Three,too many",,,',
        "contact3@example.com,'+15550000103,'-5,Three",
      )
      .replace('gone@example.com', 'contact6@example.com'),
  );
  const second = await sync([attention]);
  assert.equal(second.code, 1, second.stderr);
  assert.ok(!second.stderr.includes('ignored columns'), 'our own columns are no news');
  assert.deepEqual(
    second.outcomes.map(({ line, outcome, reason, contact_id }) => [line, outcome, reason, contact_id]),
    [
      [2, 'updated', null, 1],
      [3, 'updated', null, 3],
      [4, 'invalid', 'row-malformed', null],
      [5, 'invalid', 'row-ragged', null],
      [6, 'updated', null, 6],
    ],
  );
  assert.ok(sandbox.requests.length > puts);
  const note = (id: number) => [
    sandbox.contacts.get(id)!.phone_number,
    sandbox.contacts.get(id)!.custom_attributes.note,
  ];
  assert.deepEqual(
    [note(1), note(3), note(6)],
    [
      ['+15550000101', '=1+1'],
      ['+15550000103', '-5'],
      ['+15550000106', "'=quoted"],
    ],
  );
  const left = parse(readFileSync(path.join(second.summary.report_dir, 'needs-attention.csv')), {
    bom: true,
  }) as string[][];
  assert.deepEqual(left[0], header, 'our columns are replaced, not doubled');
  assert.deepEqual(
    left.slice(1).map((row) => row[0]),
    [rows[2]![0], rows[3]![0]],
    'the same text is there to be repaired',
  );
});

test('the report is made again without mixing rows up when the file was changed meanwhile', async (t) => {
  const { file, sync, run } = await rig(t, { sandbox: { contacts: 2 } });
  const { summary } = await sync([file('crm.csv', 'email,name\ngone@example.com,Gone\ncontact1@example.com,One\n')]);
  const attention = path.join(summary.report_dir, 'needs-attention.csv');
  assert.match(readFileSync(attention, 'utf8'), /gone@example\.com,Gone,2,not_found/);
  file('crm.csv', 'email,name\nother@example.com,Other\ncontact1@example.com,One\n');
  assert.equal((await run(['report', summary.run])).code, 0);
  const text = readFileSync(attention, 'utf8');
  assert.ok(!text.includes('other@example.com'), text);
  assert.match(text, /2,not_found,no-such-contact/);
});

test('people read standard error, programs standard output; --quiet leaves only errors, --log-level shows the log', async (t) => {
  const { dir, file, run } = await rig(t, { sandbox: { contacts: 2 } });
  file('rows.csv', 'email,name\ncontact1@example.com,One\n');
  const plain = await run(['sync', 'rows.csv', '--run-id', 'plain']);
  assert.deepEqual([plain.code, plain.stdout], [0, '']);
  assert.match(plain.stderr, /1 row read = 1 updated: the books balance/);
  assert.match(plain.stderr, /Next +Nothing to do\./);
  assert.match(plain.stderr, /reports\/plain/);

  const quiet = await run(['sync', 'rows.csv', '--quiet', '--json']);
  assert.deepEqual([quiet.code, quiet.stderr], [0, '']);
  const document = JSON.parse(quiet.stdout);
  assert.equal(document.outcomes.unchanged, 1);
  assert.equal(quiet.stdout, `${JSON.stringify(document, null, 2)}\n`, 'one document and nothing else');
  const failing = await run(['sync', 'nowhere.csv', '--quiet']);
  assert.deepEqual([failing.code, failing.stderr], [2, 'nowhere.csv: does not exist. Check the path.\n']);

  const loud = await run(['sync', 'rows.csv', '--log-level', 'info', '--run-id', 'loud', '--json']);
  assert.equal(loud.code, 0);
  const events = loud.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).event);
  assert.ok(events.includes('contact.outcome'), loud.stderr);
  assert.ok(!existsSync(path.join(dir, 'reports/loud/run.log')));
  assert.ok(existsSync(path.join(dir, 'reports/plain/run.log')));
});
