import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { rig } from './rig.ts';

const HEADER = 'identifier,email,phone_number,name,custom_attributes.note';

/** Of every kind of trouble one row, and what the person in front of the spreadsheet makes of it. */
const ROWS: [reason: string | null, row: string | Buffer, corrected?: (cells: string[]) => string[]][] = [
  [null, ',contact1@example.com,,One,fine'],
  [
    'email-format',
    ',contact2 @example.com,,Two,"a ""quoted"", word"',
    ([id, , ...more]) => [id!, 'contact2@example.com', ...more],
  ],
  [
    'phone-format',
    ',contact3@example.com,0171 2345,Three,"two\r\nlines"',
    (c) => [c[0]!, c[1]!, "'+491712345", ...c.slice(3)],
  ],
  ['no-match-key', ',,,Four,=1+1', ([, , ...more]) => ['crm-4', '', ...more]],
  ['no-such-contact', ',gone@example.com,,Five,-5', ([id, , ...more]) => [id!, 'contact5@example.com', ...more]],
  ['several-contacts', ',,+15559990000,Six,@home', ([, , , ...more]) => ['', 'contact6@example.com', '', ...more]],
  ['email-taken', 'crm-7,contact8@example.com,,Seven,', ([id, , ...more]) => [id!, 'contact7@example.com', ...more]],
  ['field-refused', ',contact9@example.com,,Reserved,007', (c) => [...c.slice(0, 3), 'Nine', ...c.slice(4)]],
  ['row-ragged', ',contact10@example.com,,Ten', () => ['', 'contact10@example.com', '', 'Ten', '']],
  ['row-malformed', ',contact11@example.com,,"Eleven"s,', () => ['', 'contact11@example.com', '', 'Eleven', '']],
  ['nul-byte', ',contact12@example.com,,Twel\0ve,', () => ['', 'contact12@example.com', '', 'Twelve', '']],
  [
    'bad-text',
    Buffer.from(',contact13@example.com,,M\xfcller,', 'latin1'),
    () => ['', 'contact13@example.com', '', 'Müller', ''],
  ],
  ['too-long', `,contact14@example.com,,${'x'.repeat(300)},`, (c) => [...c.slice(0, 3), 'Fourteen', ...c.slice(4)]],
];

/** How a program saves what it was given to edit. */
const SAVED: [program: string, save: (rows: string[][]) => string][] = [
  ['as it came: CRLF, and quotes where they are needed', (rows) => `\ufeff${lines(rows, '\r\n', /[",\r\n;]/)}`],
  ['with quotes around every cell', (rows) => lines(rows, '\r\n', /^/)],
  [
    'without the guards that it took for its own, and with plain line breaks',
    (rows) =>
      lines(
        rows.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@])/, ''))),
        '\n',
        /[",\r\n]/,
      ),
  ],
];

for (const [program, save] of SAVED) {
  test(`rows with every kind of trouble come back corrected and saved ${program}`, async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 20 } });
    for (const name of ['A', 'B']) sandbox.contacts.add({ name, phone_number: '+15559990000' });
    const refused = { message: 'Name is reserved', attributes: ['name'] };
    sandbox.faults.add({
      match: { method: 'PUT', contactId: 9 },
      effect: { kind: 'status', status: 422, json: refused },
    });
    const bytes = ROWS.flatMap(([, row]) => [Buffer.from(row as string), Buffer.from('\n')]);
    const first = await sync([file('crm.csv', Buffer.concat([Buffer.from(`${HEADER}\n`), ...bytes]))]);
    assert.equal(first.code, 1, first.stderr);
    assert.deepEqual(
      first.outcomes.map(({ reason }) => reason),
      ROWS.map(([reason]) => reason),
    );

    const attention = path.join(first.summary.report_dir, 'needs-attention.csv');
    const [header, ...rows] = parse(readFileSync(attention), { bom: true, relax_quotes: true }) as string[][];
    const troubled = ROWS.filter(([reason]) => reason !== null);
    assert.deepEqual(
      rows.map((row) => row[header!.indexOf('_reason')]),
      troubled.map(([reason]) => reason),
    );
    const corrected = rows.map((row, i) => {
      const own = troubled[i]![2]!(row.slice(0, 5));
      // Whoever spreads a record over the columns clears the reason that said it stood in the first.
      const whole = row[0] !== '' && row.slice(1, 5).every((cell) => cell === '');
      return [...own, ...row.slice(5).map((cell, k) => (whole && header![5 + k] === '_reason' ? '' : cell))];
    });
    writeFileSync(attention, save([header!, ...corrected]));
    const second = await sync([attention]);
    assert.equal(second.code, 0, `${second.stderr}${JSON.stringify(second.summary.reasons)}`);
    assert.equal(second.summary.rows, troubled.length);
    const told = (id: number) => {
      const { name, phone_number, custom_attributes } = sandbox.contacts.get(id)!;
      return [name, phone_number, custom_attributes.note];
    };
    const phone = (id: number) => `+1555${String(id).padStart(7, '0')}`;
    assert.deepEqual([2, 3, 4, 5, 6, 7, 9].map(told), [
      ['Two', phone(2), 'a "quoted", word'],
      ['Three', '+491712345', 'two\r\nlines'],
      ['Four', phone(4), '=1+1'],
      ['Five', phone(5), '-5'],
      ['Six', phone(6), '@home'],
      ['Seven', phone(7), undefined],
      ['Nine', phone(9), '007'],
    ]);
    assert.deepEqual(
      [10, 11, 12, 13, 14].map((id) => sandbox.contacts.get(id)!.name),
      ['Ten', 'Eleven', 'Twelve', 'Müller', 'Fourteen'],
    );
  });
}

function lines(rows: string[][], end: string, quoted: RegExp): string {
  const cell = (text: string) => (quoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(',')}${end}`).join('');
}
