import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from './rig.ts';
import { records } from './table.ts';

const LONG = 'x'.repeat(256);
/** 255 characters of two UTF-16 units each: Chatwoot counts characters. */
const WIDE = '😀'.repeat(255);

test('a value that Chatwoot would refuse, misread or choke on ends here as invalid, and good rows go on', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 40 } });
  const bad: [row: Record<string, string>, reason: string, column: string][] = [
    [{ id: 'c-17', name: 'N' }, 'id-not-a-number', '"id"'],
    [{ id: '0', name: 'N' }, 'id-not-a-number', '"id"'],
    [{ id: '1.5', name: 'N' }, 'id-not-a-number', '"id"'],
    [{ id: '1', 'additional_attributes.city': LONG }, 'location-too-long', '"additional_attributes.city"'],
    [{ id: '2', 'additional_attributes.country': LONG }, 'location-too-long', '"additional_attributes.country"'],
    [{ id: '3', blocked: 'no' }, 'not-boolean', '"blocked"'],
    [{ id: '3', blocked: '#N/A' }, 'not-boolean', '"blocked"'],
    [{ id: '4', email: 'ada lovelace@example.com' }, 'email-format', '"email"'],
    [{ id: '5', phone_number: '0151 2345678' }, 'phone-format', '"phone_number"'],
    [{ id: '6', phone_number: '+49 151 2345678' }, 'phone-format', '"phone_number"'],
    [{ id: '7', name: LONG }, 'too-long', '"name"'],
    [{ id: '8', identifier: LONG }, 'too-long', '"identifier"'],
    [{ id: '9', email: `${LONG}@example.com` }, 'too-long', '"email"'],
    [{ id: '10', avatar_url: 'example.com/a.png' }, 'url-format', '"avatar_url"'],
    [{ id: '11', Seats: 'many' }, 'not-a-number', '"Seats" (custom_attributes.seats)'],
    [{ id: '12', 'custom_attributes.active': 'yes' }, 'not-boolean', '"custom_attributes.active"'],
    [{ id: '13', 'custom_attributes.renewal': '31.12.2026' }, 'not-a-date', '"custom_attributes.renewal"'],
    [{ id: '14', 'custom_attributes.renewal': '2026-02-30' }, 'not-a-date', '"custom_attributes.renewal"'],
    [{ id: '15', 'custom_attributes.plan': 'gold' }, 'not-an-option', '"custom_attributes.plan"'],
    [{ identifier: '', name: 'Nobody' }, 'no-match-key', '"id"'],
  ];
  const good: Record<string, string>[] = [
    { id: '30', name: 'x'.repeat(255), 'additional_attributes.city': 'y'.repeat(255), blocked: 'TRUE' },
    { id: '31', name: WIDE, identifier: ' spaced id ', 'additional_attributes.note': LONG },
    { id: '32', phone_number: ' +4915112345678 ', 'custom_attributes.free': LONG },
    { id: '33', Seats: '12', 'custom_attributes.active': 'False', 'custom_attributes.plan': 'pro' },
    { id: '34', 'custom_attributes.renewal': '2028-02-29' },
    { identifier: 'crm-35', email: '', name: 'Five' },
  ];
  // A good row behind every third bad one: a bad row must not take its neighbours along.
  const rows = bad.flatMap(([row], i) => (i % 3 === 2 && good[(i - 2) / 3] ? [row, good[(i - 2) / 3]!] : [row]));
  assert.equal(rows.length, bad.length + good.length);
  const { code, outcomes, summary } = await sync([
    file('values.csv', records(rows)),
    '--map',
    'Seats=custom_attributes.seats',
  ]);

  assert.equal(code, 1);
  assert.deepEqual(
    rows.flatMap((row, i) => (good.includes(row) ? [[outcomes[i]!.line, outcomes[i]!.outcome]] : [])),
    rows.flatMap((row, i) => (good.includes(row) ? [[i + 2, 'updated']] : [])),
  );
  for (const [row, reason, column] of bad) {
    const outcome = outcomes[rows.indexOf(row)]!;
    assert.deepEqual([outcome.outcome, outcome.reason], ['invalid', reason], JSON.stringify(row).slice(0, 80));
    assert.ok(outcome.detail?.includes(column), `${reason}: ${outcome.detail}`);
    assert.deepEqual([outcome.attempts, outcome.http_status, outcome.request_id], [0, null, null]);
  }
  assert.deepEqual([summary.outcomes.updated, summary.outcomes.invalid], [good.length, bad.length]);
  const written = sandbox.requests.filter(({ method }) => method === 'PUT').map(({ contactId }) => contactId);
  assert.deepEqual(
    written.sort((a, b) => a! - b!),
    [30, 31, 32, 33, 34, 35],
  );
  assert.equal(sandbox.contacts.get(30)?.blocked, true);
  assert.equal(sandbox.contacts.get(31)?.name, WIDE);
  assert.equal(sandbox.contacts.get(31)?.identifier, ' spaced id ');
  assert.equal(sandbox.contacts.get(32)?.phone_number, '+4915112345678');
  const { seats, active, plan } = sandbox.contacts.get(33)!.custom_attributes;
  assert.deepEqual([seats, active, plan], [12, false, 'pro']);
});

test('#N/A clears, an empty cell leaves alone, and --empty-cells clear makes it clear too', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 4 } });
  const header = [
    'identifier',
    'name',
    'phone_number',
    'email',
    'blocked',
    'custom_attributes.plan',
    'additional_attributes.city',
  ];
  const csv = (rows: string[][]) =>
    records(rows.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]!]))));

  const before = sandbox.contacts.get(2);
  const left = await sync([
    file(
      'token.csv',
      csv([
        ['crm-1', '', '#N/A', '', '', '#N/A', '#N/A'],
        ['crm-2', '', '', '', '', '', ''],
      ]),
    ),
  ]);
  assert.equal(left.code, 0, left.stderr);
  assert.deepEqual(
    left.outcomes.map(({ outcome, fields }) => [outcome, fields.toSorted()]),
    [
      ['updated', ['additional_attributes.city', 'custom_attributes.plan', 'phone_number']],
      ['unchanged', []],
    ],
  );
  const calls = sandbox.requests.filter(({ contactId }) => contactId === 1);
  assert.deepEqual(
    calls.map(({ method, path, body }) => [method, path.split('/').at(-1), body]),
    [
      ['PUT', '1', { phone_number: null, additional_attributes: { city: null } }],
      ['POST', 'destroy_custom_attributes', { custom_attributes: ['plan'] }],
    ],
  );
  const cleared = sandbox.contacts.get(1)!;
  assert.equal(cleared.phone_number, null);
  assert.equal(cleared.additional_attributes.city, null);
  assert.ok(!Object.hasOwn(cleared.custom_attributes, 'plan'), 'the key is gone, not null');
  assert.equal(cleared.custom_attributes.seats, 2, 'other keys stay');
  assert.deepEqual(sandbox.contacts.get(2), before);
  assert.equal(left.summary.calls.clear, 1);

  const clear = await sync([
    file(
      'clear.csv',
      csv([
        // blocked has no empty state: it is left as it is.
        ['crm-3', '', '', '', '', '', ''],
        ['', 'Not me', '', '', 'false', '', ''],
      ]),
    ),
    '--empty-cells',
    'clear',
    '--match',
    'identifier',
  ]);
  assert.equal(clear.code, 1);
  assert.deepEqual(
    clear.outcomes.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['updated', null],
      ['invalid', 'no-match-key'],
    ],
  );
  const third = sandbox.contacts.get(3)!;
  assert.deepEqual([third.phone_number, third.email, third.identifier], [null, null, 'crm-3']);
  assert.ok(!Object.hasOwn(third.custom_attributes, 'plan'));
  const again = await sync(['clear.csv', '--empty-cells', 'clear', '--match', 'identifier', '--limit', '1']);
  assert.equal(again.outcomes[0]?.outcome, 'unchanged', 'what is clear is not cleared again');
});

test('values are typed by their definitions, compared tolerantly, and integers beyond 2^53 keep every digit', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 12 } });
  const huge = 9007199254740993n;
  sandbox.contacts.edit(1, { custom_attributes: { seats: '42' } });
  sandbox.contacts.edit(2, { custom_attributes: { seats: 42 } });
  sandbox.contacts.edit(3, { custom_attributes: { active: 'true', renewal: '2026-05-01T00:00:00.000Z' } });
  sandbox.contacts.edit(4, { custom_attributes: { account_no: huge } });
  sandbox.contacts.edit(5, { custom_attributes: { account_no: huge } });
  sandbox.contacts.edit(6, { custom_attributes: { seats: huge } });
  sandbox.contacts.edit(7, { custom_attributes: { code: '007' } });
  sandbox.contacts.edit(8, { email: 'contact8@example.com', custom_attributes: { seats: 1.5 } });
  const rows: Record<string, string>[] = [
    { email: 'contact1@example.com', seats: '42' },
    { email: 'contact2@example.com', seats: '42' },
    { email: 'contact3@example.com', active: 'TRUE', renewal: '2026-05-01' },
    { email: 'contact4@example.com', account_no: '9007199254740993' },
    { email: 'contact5@example.com', account_no: '9007199254740992' },
    { email: 'contact6@example.com', seats: '9007199254740995' },
    { email: 'contact7@example.com', code: '7' },
    { email: 'CONTACT8@Example.com ', seats: '1.50' },
    { email: 'contact9@example.com', active: 'true', seats: '17', plan: 'team' },
  ];
  const named = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([key, cell]) => [key === 'email' ? key : `custom_attributes.${key}`, cell]),
    ),
  );
  const { code, outcomes, stderr } = await sync([file('typed.csv', records(named))]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['unchanged', 'unchanged', 'unchanged', 'unchanged', 'updated', 'updated', 'updated', 'unchanged', 'updated'],
  );
  const attributes = (id: number) => sandbox.contacts.get(id)!.custom_attributes;
  assert.equal(BigInt(attributes(5).account_no as number), 9007199254740992n);
  assert.equal(attributes(6).seats, 9007199254740995n);
  assert.equal(attributes(7).code, '7');
  assert.deepEqual([attributes(9).active, attributes(9).seats, attributes(9).plan], [true, 17, 'team']);
  const bodies = sandbox.requests
    .filter(({ method }) => method === 'PUT')
    .map(({ contactId, body }) => [contactId, body]);
  assert.deepEqual(bodies.find(([id]) => id === 6)?.[1], { custom_attributes: { seats: 9007199254740995n } });
});
