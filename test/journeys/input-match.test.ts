import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedRequest } from '../../src/sandbox/request-log.ts';
import { type Rig, rig } from './rig.ts';

test('by id a row is read, through its e-mail where it has one, and written only where it differs', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 5 } });
  const [first, , same, fourth] = sandbox.contacts.all().map(({ name }) => name);
  const { code, outcomes, stderr } = await sync([
    file(
      'ids.csv',
      [
        'id,email,phone_number,name',
        `1,,,${first}`,
        '2,contact2@example.com,,Two',
        `3,contact3@example.com,,${same}`,
        // Somebody else's e-mail leads to somebody else: the id decides, and the desk has the last word on the e-mail.
        '4,contact5@example.com,,Four',
        '5,,+15550000005,Five',
        '999,,,Nobody',
      ].join('\n'),
    ),
  ]);
  assert.equal(code, 1, stderr);
  assert.deepEqual(
    outcomes.map(({ outcome, reason, contact_id, http_status }) => [outcome, reason, contact_id, http_status]),
    [
      ['unchanged', null, 1, 200],
      ['updated', null, 2, 200],
      ['unchanged', null, 3, 200],
      ['rejected', 'email-taken', 4, 422],
      ['updated', null, 5, 200],
      ['rejected', 'contact-gone', 999, 404],
    ],
  );
  assert.deepEqual(asked(sandbox.requests), [
    'email=contact2@example.com email=contact3@example.com email=contact5@example.com phone_number=15550000005',
    // Who has the e-mail that was refused.
    'email=contact5@example.com',
  ]);
  assert.deepEqual(put(sandbox.requests, 2), { name: 'Two' });
  assert.equal(put(sandbox.requests, 3), undefined);
  assert.equal(sandbox.contacts.get(4)!.name, fourth, 'what was refused changed nothing');
  const read = sandbox.requests.filter(({ contactId, method }) => contactId !== undefined && method === 'GET');
  assert.deepEqual(read.map(({ contactId }) => contactId).toSorted(), [1, 4, 999], 'those that no e-mail leads to');
});

test('by id alone, with nothing kept for an undo, a row is written blind', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 1 } });
  const name = sandbox.contacts.get(1)!.name;
  const { summary } = await sync([file('ids.csv', `id,name\n1,${name}\n`), '--no-undo']);
  assert.equal(summary.outcomes.updated, 1);
  assert.deepEqual([summary.calls.read, summary.calls.filter, summary.calls.update], [0, 0, 1]);
  assert.deepEqual(put(sandbox.requests, 1), { name });
});

test('an identifier is found through its e-mail where there is one, and the account is scanned only for the rest', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 30 } });
  const owner = sandbox.contacts.get(3)!.name;
  sandbox.contacts.edit(4, { email: 'moved@example.com' });
  const twin = sandbox.contacts.add({ identifier: 'CRM-6', email: 'twin@example.com', name: 'Upper' });
  const { code, outcomes, stderr } = await sync([
    file(
      'identifiers.csv',
      [
        'identifier,email,name',
        'crm-1,contact1@example.com,One',
        // The contact with this e-mail has another identifier.
        'crm-2,contact3@example.com,Two',
        // Nobody has this e-mail any more.
        'crm-4,contact4@example.com,Four',
        'crm-5,,Five',
        // Two contacts whose identifiers differ in nothing but case.
        'crm-6,,Six',
        'CRM-6,,Twin',
        'crm-none,nobody@example.com,None',
      ].join('\n'),
    ),
  ]);
  assert.equal(code, 1, stderr);
  assert.deepEqual(
    outcomes.map(({ outcome, reason, contact_id }) => [outcome, reason, contact_id]),
    [
      ['updated', null, 1],
      ['rejected', 'email-taken', 2],
      ['updated', null, 4],
      ['updated', null, 5],
      ['updated', null, 6],
      ['updated', null, twin.id],
      ['not_found', 'no-such-contact', null],
    ],
  );
  const [byMail, byIdentifier, ...more] = asked(sandbox.requests);
  assert.deepEqual(more, ['email=contact3@example.com'], 'who has the e-mail that was refused');
  assert.equal(
    byMail,
    'email=contact1@example.com email=contact3@example.com email=contact4@example.com email=nobody@example.com',
  );
  assert.deepEqual(
    byIdentifier!.split(' ').toSorted(),
    ['CRM-6', 'crm-2', 'crm-4', 'crm-5', 'crm-6', 'crm-none'].map((value) => `identifier=${value}`).toSorted(),
  );
  assert.deepEqual([sandbox.contacts.get(6)!.name, sandbox.contacts.get(twin.id)!.name], ['Six', 'Twin']);
  assert.equal(sandbox.contacts.get(4)!.email, 'contact4@example.com', 'the e-mail of the row is written');
  assert.equal(sandbox.contacts.get(3)!.name, owner, 'the owner of the e-mail is left alone');
});

test('a phone number is asked for without its plus, and two contacts with one number are nobody', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  sandbox.contacts.add({ phone_number: '+15550000002', name: 'Same number' });
  const csv = 'phone_number,name\n+15550000001,One\n+15550000002,Two\n+15550000099,None\n';
  const { code, outcomes } = await sync([file('phones.csv', csv)]);
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ outcome, reason, contact_id }) => [outcome, reason, contact_id]),
    [
      ['updated', null, 1],
      ['ambiguous', 'several-contacts', null],
      ['not_found', 'no-such-contact', null],
    ],
  );
  assert.deepEqual(asked(sandbox.requests), [
    'phone_number=15550000001 phone_number=15550000002 phone_number=15550000099',
  ]);
  assert.deepEqual(
    sandbox.requests.filter(({ method }) => method === 'PUT').map(({ contactId }) => contactId),
    [1],
  );
});

test('the first key with a value decides; only --match with several falls back to the next', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const csv = 'identifier,email,name\nunknown-1,contact1@example.com,One\n,contact2@example.com,Two\n';
  const strict = await sync([file('keys.csv', csv)]);
  assert.deepEqual(
    strict.outcomes.map(({ outcome, contact_id }) => [outcome, contact_id]),
    [
      ['not_found', null],
      ['updated', 2],
    ],
  );
  assert.equal(sandbox.contacts.get(1)!.identifier, 'crm-1');
  const given = await sync(['keys.csv', '--match', 'identifier,email']);
  assert.deepEqual(
    given.outcomes.map(({ outcome, contact_id, fields }) => [outcome, contact_id, fields.toSorted()]),
    [
      ['updated', 1, ['identifier', 'name']],
      ['unchanged', 2, []],
    ],
  );
  assert.equal(sandbox.contacts.get(1)!.identifier, 'unknown-1', 'the row says which identifier it has');
  assert.equal(given.code, 0, given.stderr);
});

/** The conditions of every filter call, one text a call. */
function asked(requests: Rig['sandbox']['requests']): string[] {
  return requests
    .filter(({ path }) => path.endsWith('/contacts/filter'))
    .map(({ body }) =>
      (body as { payload: { attribute_key: string; values: string[] }[] }).payload
        .map(({ attribute_key, values }) => `${attribute_key}=${values.join()}`)
        .join(' '),
    );
}

/** The body of the one PUT to a contact; undefined without any. */
function put(requests: LoggedRequest[], id: number): unknown {
  const found = requests.filter(({ method, contactId }) => method === 'PUT' && contactId === id);
  assert.ok(found.length <= 1, `${found.length} writes to contact ${id}`);
  return found[0]?.body;
}
