import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { outcomesIn, rig } from './rig.ts';

/** Ends in a full stop, so in a sentence: the next step. No stack, no second page. */
const ONE_STEP = /^[^\n]+[.?]\n$/;

test('a source that cannot be mapped is refused before anything is sent, in a sentence that ends with the next step', async (t) => {
  const { sandbox, redis, dir, file, run } = await rig(t, { sandbox: { contacts: 3 } });
  mkdirSync(path.join(dir, 'folder'));
  const good = file('good.csv', 'email,name\ncontact1@example.com,X\n');
  const cases: [what: string, args: string[], says: RegExp][] = [
    ['empty file', [file('empty.csv', '')], /^empty\.csv: is empty.*Check the export that writes it\.$/],
    ['blank file', [file('blank.csv', '\ufeff \n\n')], /^blank\.csv: is empty/],
    [
      'no known column',
      [file('foreign.csv', 'Mail,Firma\na,b\n')],
      /^no column is known: "Mail", "Firma"\. Map them with/,
    ],
    ['another delimiter', [file('semi.csv', 'email;name\na;b\n'), '--delimiter', '|'], /with --delimiter\.$/],
    [
      'no match key',
      [file('keyless.csv', 'name\nX\n')],
      /^no column finds the contact\. Map one with --map COLUMN=FIELD/,
    ],
    [
      'two headers alike',
      [file('twice.csv', 'email,name, name\na,b,c\n')],
      /"name" \(columns 2, 3\)\. Rename or remove/,
    ],
    ['one field twice', [file('same.csv', 'email,E-Mail\na,b\n'), '--map', 'E-Mail=email'], /all set email\. Keep one/],
    ['header never closed', [file('open.csv', '"email,name\na,b\n')], /header on line 1 cannot be read.*Correct it/],
    [
      'a cut-off gzip',
      [file('cut.csv.gz', gzipSync(readFileSync(path.join(dir, good))).subarray(0, 30))],
      /ends in the middle/,
    ],
    ['a page', [file('login.csv', '<!DOCTYPE html><title>Log in</title>')], /is a page or XML, no table\. Export/],
    ['one object of JSON', [file('one.json', '{\n  "contacts": [\n    1\n  ]\n}')], /Cut its list out/],
    ['a spreadsheet', [file('book.xlsx', 'PK\u0003\u0004....')], /is a spreadsheet or an archive\. Export/],
    ['a directory', ['folder'], /^folder: is a directory\. Name the files in it/],
    ['a missing file', ['nowhere.csv'], /^nowhere\.csv: does not exist\. Check the path\.$/],
    ['standard input twice', ['-', good, '-'], /^-: standard input can be read only once\. Give - a single time\.$/],
    ['no standard input', ['-'], /^-: is empty.*Check the command before the pipe\.$/],
    ['one of several files', [good, 'gone.csv'], /^gone\.csv: does not exist/],
    ['an unknown column', [good, '--map', 'nam=name'], /the file has no column "nam"\. Did you mean "name"\?$/],
    ['an unknown field', [good, '--map', 'name=custom_atributes.x'], /Did you mean custom_attributes\.x\?$/],
    ['a missing match column', [good, '--match', 'identifier'], /Map one with --map COLUMN=identifier/],
    [
      'a field of the desk',
      [file('own.csv', 'email,additional_attributes.avatar_url_hash\na,b\n')],
      /Remove the column/,
    ],
  ];
  for (let i = 0; i < cases.length; i += 5) {
    await Promise.all(
      cases.slice(i, i + 5).map(async ([what, args, says]) => {
        const { code, stdout, stderr } = await run(['sync', '--json', ...args], { input: '' });
        assert.equal(code, 2, `${what}: ${stderr}`);
        assert.equal(stdout, '', what);
        assert.match(stderr, ONE_STEP, what);
        assert.match(stderr.trimEnd(), says, what);
      }),
    );
  }
  assert.deepEqual(sandbox.requests, []);
  assert.equal(await redis!.client().dbsize(), 0);
});

test('a header without rows is a run of no rows that ends well', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 1 } });
  const { code, summary, outcomes, stderr } = await sync([file('header.csv', 'email,name\n')]);
  assert.equal(code, 0, stderr);
  assert.equal(summary.rows, 0);
  assert.equal(summary.status, 'finished');
  assert.deepEqual(outcomes, []);
  assert.deepEqual(
    sandbox.requests.map(({ method }) => method),
    ['GET', 'GET'],
  );
});

test('broken records cost one row each, with their line, and the rows between them are written', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 9 } });
  const content = Buffer.concat([
    Buffer.from('email,name\n'), // 1
    Buffer.from('contact1@example.com,One\n'), // 2
    Buffer.from(`contact2@example.com,${'x'.repeat(10 * 1024 * 1024)}\n`), // 3
    Buffer.from('contact3@example.com,"Three\nlines"\n'), // 4 and 5
    Buffer.from('contact4@example.com,Fo\0ur\n'), // 6
    Buffer.from('contact5@example.com,Five,more\n'), // 7
    Buffer.from('contact6@example.com,S'), // 8
    Buffer.from([0xff, 0x0a]),
    Buffer.from('contact7@example.com,"Sev"en\n'), // 9
    Buffer.from('contact8@example.com,Eight\n'), // 10
    Buffer.from('contact9@exam'), // 11, cut off
  ]);
  const { code, summary, outcomes, stderr } = await sync([file('broken.csv', content)]);
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ line, outcome, reason }) => [line, outcome, reason]),
    [
      [2, 'updated', null],
      [3, 'invalid', 'cell-too-long'],
      [4, 'updated', null],
      [6, 'invalid', 'nul-byte'],
      [7, 'invalid', 'row-ragged'],
      [8, 'invalid', 'bad-text'],
      [9, 'invalid', 'row-malformed'],
      [10, 'updated', null],
      [11, 'invalid', 'row-ragged'],
    ],
  );
  assert.equal(summary.rows, 9);
  assert.deepEqual([summary.outcomes.updated, summary.outcomes.invalid], [3, 6]);
  assert.match(stderr, /9 rows read = 3 updated \+ 6 invalid: the books balance/);
  const written = sandbox.requests.filter(({ method }) => method === 'PUT').map(({ contactId }) => contactId);
  assert.deepEqual(written.sort(), [1, 3, 8]);
  assert.equal(sandbox.contacts.get(3)?.name, 'Three\nlines');
});

test('an unclosed quote costs its own line and not the rest of the file', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 40 } });
  const rows = Array.from({ length: 40 }, (_, i) => `contact${i + 1}@example.com,Name ${i + 1}`);
  rows[4] = 'contact5@example.com,"never closed';
  const { code, outcomes } = await sync([file('quote.csv', ['email,name', ...rows].join('\n'))]);
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.filter(({ outcome }) => outcome !== 'updated').map(({ line, reason }) => [line, reason]),
    [[6, 'row-malformed']],
  );
  assert.equal(outcomes.length, 40);
  assert.equal(sandbox.contacts.get(40)?.name, 'Name 40');
});

test('several files and standard input are one run, each row with its file and its line', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 4 } });
  const first = file('first.csv', 'email,name\ncontact1@example.com,A\ncontact2@example.com,B\n');
  const second = file('second file.csv', '\ufeffid,custom_attributes.seats\r\n3,7\r\n');
  const { code, summary, outcomes, stderr } = await sync([first, '-', second], {
    input: 'Name,phone_number,Rest\nC,+15550000004,x\n',
  });
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    outcomes.map(({ source, line, contact_id, outcome }) => [source, line, contact_id, outcome]),
    [
      ['first.csv', 2, 1, 'updated'],
      ['first.csv', 3, 2, 'updated'],
      ['-', 2, 4, 'updated'],
      ['second file.csv', 2, 3, 'updated'],
    ],
  );
  assert.deepEqual(
    summary.files.map(({ path: name, rows, sha256 }) => [name, rows, sha256.length]),
    [
      ['first.csv', 2, 64],
      ['-', 1, 64],
      ['second file.csv', 1, 64],
    ],
  );
  assert.deepEqual(
    [1, 2, 4].map((id) => sandbox.contacts.get(id)?.name),
    ['A', 'B', 'C'],
  );
  assert.equal(sandbox.contacts.get(3)?.custom_attributes.seats, 7);
  assert.equal(stderr.match(/-: ignored columns: Rest/g)?.length, 1);
});

test('columns that set nothing are named once, and say why', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 20 } });
  const rows = Array.from({ length: 20 }, (_, i) => `contact${i + 1}@example.com,N,Acme,77`);
  const { code, stderr, summary } = await sync([
    file('wide.csv', ['email,name,Company,id', ...rows].join('\n')),
    '--match',
    'email',
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr.match(/ignored columns/g)?.length, 1);
  assert.match(stderr, /^wide\.csv: ignored columns: Company, id \(id is not among the keys given with --match\)$/m);
  assert.equal(summary.outcomes.updated, 20);
  assert.ok(
    sandbox.requests
      .filter(({ method }) => method === 'PUT')
      .every(({ body }) => JSON.stringify(body) === '{"name":"N"}'),
  );
  assert.deepEqual(outcomesIn(summary.report_dir)[0]?.fields, ['name']);
});
