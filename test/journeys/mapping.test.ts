import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from './rig.ts';
import { records } from './table.ts';

const CONFIG = `
# yaml-language-server: $schema=./config/contact-sync.schema.json
version: 1
sources:
  hubspot:
    file:
      timezone: Europe/Berlin
      country: DE
      match: [identifier, email]
      observed_at: { column: Changed, format: yyyy-MM-dd HH:mm }
      where: { Stage: [customer, lead] }
      columns:
        Record ID: identifier
        E-mail: { to: email, type: email }
        Phone: { to: phone_number, type: phone }
        Stage: { to: custom_attributes.stage, lookup: { customer: Kunde, lead: Interessent } }
        Since: { to: custom_attributes.since, type: date, format: dd.MM.yyyy }
      fields:
        name: '{First} {Last}'
        custom_attributes.origin: { value: HubSpot }
`;

const ANN = {
  'Record ID': '301',
  'E-mail': 'Ann <ANN@example.com>',
  Phone: '030 901820',
  Stage: 'Customer',
  Since: '24.12.2023',
  First: 'Ann',
  Last: 'Lee',
  Changed: '2024-01-10 12:00',
  Owner: 'Kim',
};

test('an export is written as its source says, ordered by its own times, and each row that cannot be used says why', async (t) => {
  const { file, run, sync, sandbox } = await rig(t);
  const [ann, bob] = ['ann', 'bob'].map((name) => sandbox.contacts.add({ email: `${name}@example.com` }).id);
  file('contact-sync.yaml', CONFIG);
  const bobs = { ...ANN, 'Record ID': '302', 'E-mail': 'bob@example.com', Phone: '', First: 'Bob' };
  const rows = [
    ANN,
    { ...ANN, Last: 'Older', Stage: 'lead', Changed: '2024-01-09 12:00' },
    { ...bobs, Stage: 'partner' },
    { ...bobs, 'E-mail': 'two@example.com', 'Record ID': '400' },
    { ...bobs, 'E-mail': 'two@example.com', 'Record ID': '401' },
    { ...bobs, Changed: 'yesterday' },
    { ...bobs, Stage: 'lead', Since: '' },
  ];
  file('export.csv', records(rows));
  const planned = await run(['plan', 'export.csv', '--source', 'hubspot']);
  assert.match(planned.stdout, /contact-sync sync export\.csv --source hubspot/);

  const first = await sync(['export.csv', '--source', 'hubspot']);
  assert.equal(first.code, 1, first.stderr);
  assert.match(first.stderr, /export\.csv: ignored columns: Owner\n/);
  const ends = (outcomes: typeof first.outcomes) =>
    [...outcomes].sort((a, b) => a.line - b.line).map(({ outcome, reason }) => reason ?? outcome);
  assert.deepEqual(ends(first.outcomes), [
    'updated',
    'folded-into-newer',
    'filtered-out',
    'identity-conflict',
    'identity-conflict',
    'date-format',
    'updated',
  ]);
  assert.equal(first.summary.outcomes.invalid, 3);
  assert.equal(first.summary.source, 'hubspot');
  assert.match(first.stderr, /contact-sync sync \S+needs-attention\.csv --source hubspot/);
  const desk = (id: number) => sandbox.contacts.get(id)!;
  const { name, phone_number, identifier, custom_attributes } = desk(ann!);
  assert.deepEqual(
    { name, phone_number, identifier, custom_attributes },
    {
      name: 'Ann Lee',
      phone_number: '+4930901820',
      identifier: '301',
      custom_attributes: { stage: 'Kunde', since: '2023-12-24', origin: 'HubSpot' },
    },
  );
  assert.deepEqual(desk(bob!).custom_attributes, { stage: 'Interessent', origin: 'HubSpot' });

  // The record was not touched since: what was written later stays.
  file('older.csv', records([{ ...ANN, Last: 'Old', Changed: '2024-01-08 00:00' }]));
  const older = await sync(['older.csv', '--source', 'hubspot']);
  assert.deepEqual(ends(older.outcomes), ['older-than-written']);
  assert.equal(desk(ann!).name, 'Ann Lee');

  const flags = await sync(['older.csv', '--source', 'hubspot', '--map', 'Owner=name']);
  assert.equal(flags.summary.rows, 1);
  const checked = await run(['verify', first.summary.run]);
  assert.match(checked.stdout, /nothing differs/, checked.stderr);
});

test('a run keeps the mapping that it began with, whatever the file says by then', async (t) => {
  const { file, run, sync, sandbox } = await rig(t);
  file('contact-sync.yaml', CONFIG);
  file('export.csv', records([ANN]));
  const first = await sync(['export.csv', '--source', 'hubspot']);
  assert.equal(first.summary.outcomes.not_found, 1, first.stderr);
  const { id } = sandbox.contacts.add({ email: 'ann@example.com' });
  file('contact-sync.yaml', CONFIG.replace('customer: Kunde', 'customer: Client'));
  const again = await run(['retry', first.summary.run, '--reason', 'no-such-contact', '--json']);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(sandbox.contacts.get(id)!.custom_attributes.stage, 'Kunde');

  file('later.csv', records([{ ...ANN, Changed: '2024-01-11 12:00' }]));
  const compared = await run(['reconcile', 'hubspot', 'later.csv', '--json', '--allow', 'changed,column']);
  assert.equal(compared.code, 0, compared.stderr);
  assert.equal(sandbox.contacts.get(id)!.custom_attributes.stage, 'Client', 'a new run takes the mapping of now');
});

test('all faults of a mapping are said at once, with their keys and the nearest names, before anything is sent', async (t) => {
  const { file, run } = await rig(t, { redis: 'embedded' });
  file('export.csv', 'Email,Plan\nann@example.com,x\n');
  file(
    'contact-sync.yaml',
    `sources: { crm: { file: { timezone: Europe/Berln, columns: {
      Email: { to: emial }, Plan: { to: custom_attributes.plan, type: numbr }, When: { to: custom_attributes.d, type: phone, format: iso } } } } }`,
  );
  const wrong = await run(['sync', 'export.csv', '--source', 'crm']);
  assert.equal(wrong.code, 2);
  for (const sentence of [
    /sources\.crm\.file\.timezone: there is no time zone "Europe\/Berln"\. Did you mean Europe\/Berlin\?/,
    /sources\.crm\.file\.columns\.Email\.to: there is no field "emial"\. Did you mean email\?/,
    /sources\.crm\.file\.columns\.Plan\.type: there is no type "numbr"\. Did you mean number\?/,
    /sources\.crm\.file\.columns\.When\.format: does not belong to type phone, .* it goes with date, datetime/,
  ])
    assert.match(wrong.stderr, sentence);

  file(
    'contact-sync.yaml',
    `sources: { crm: { file: { columns: {
      Emial: email, Plan: { to: custom_attributes.plan, type: date, format: YYYY }, Sum: { to: custom_attributes.sum, type: number, locale: xx } } } } }`,
  );
  const file2 = await run(['sync', 'export.csv', '--source', 'crm']);
  assert.equal(file2.code, 2);
  for (const sentence of [
    /sources\.crm\.file\.columns\.Emial: the file has no column "Emial"\. Did you mean "Email"\?/,
    /sources\.crm\.file\.columns\.Plan\.format: /,
    /sources\.crm\.file\.columns\.Sum\.locale: numbers of "xx" are not known\./,
  ])
    assert.match(file2.stderr, sentence);
  assert.match(
    (await run(['sync', 'export.csv', '--source', 'crn'])).stderr,
    /There is no source crn;.* Did you mean crm\?/,
  );
  file('contact-sync.yaml', 'version: 2');
  assert.match(
    (await run(['sync', 'export.csv'])).stderr,
    /version: is none that this program reads\. Write version: 1/,
  );
});
