import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WaitingRow } from '../../src/queue/intake.ts';
import { newContact } from '../../src/queue/new-contact.ts';
import type { RunOptions } from '../../src/run/state.ts';
import { OPTIONS } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { putOff, waiting, worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

/** A desk, and a run that creates what is missing. */
async function creatingWorld(t: Parameters<typeof worldFor>[0], more: Parameters<typeof worldFor>[2] = {}) {
  const w = await worldFor(t, server, more);
  const begin = async (run: string, options: Partial<RunOptions> = {}) => {
    const all = { ...OPTIONS, onMissing: 'create' as const, ...options };
    await w.runs.create(run, 'sync', all, [{ path: 'a.csv', file: '/tmp/a.csv', sha256: 'x', rows: 0, kind: 'csv' }]);
  };
  await begin('c');
  return {
    ...w,
    begin,
    /** Looks rows up; answers the subjects that the job `update` is queued for. */
    async lookUp(rows: readonly WaitingRow[]): Promise<string[]> {
      const cut = await w.intake.take(rows[0]!.keys.identifier === undefined ? 'index' : 'identifier', rows);
      w.queued.contacts.length = 0;
      for (const batch of [...cut, ...(await w.intake.flush())]) await w.match(batch);
      return [...w.queued.contacts];
    },
    posts: () => w.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/contacts')),
    ended: async (run = 'c') =>
      Object.values(await w.records(run)).map(({ row, outcome, reason, contact_id }) => [
        row,
        outcome,
        reason,
        contact_id,
      ]),
  };
}

/** A row found by nothing yet, with its key among its fields as mapping puts it there. */
function row(n: number, keys: Partial<Record<'email' | 'phone_number' | 'identifier', string>>, patch: object = {}) {
  const values = Object.entries({ ...keys, ...patch }).map(([field, value]) => [field, JSON.stringify(value)]);
  const match = Object.keys(keys).slice(0, 1) as WaitingRow['match'];
  return waiting(n, { run: 'c', keys, match, patch: Object.fromEntries(values) });
}

const ANN = { email: 'ann@new.test' };

test('rows of one new contact cost one POST; the newest is created, the others are merged into it', async (t) => {
  const w = await creatingWorld(t);
  const rows = [
    row(0, ANN, { name: 'Old', 'custom_attributes.seats': 1 }),
    row(1, ANN, { name: 'New', phone_number: null, 'custom_attributes.plan': null }),
  ];
  const [subject] = await w.lookUp(rows);
  await w.update(subject!);
  assert.deepEqual(
    w.posts().map(({ body }) => body),
    [{ email: 'ann@new.test', name: 'New', custom_attributes: { seats: 1 } }],
  );
  const { id } = w.sandbox.contacts.all()[0]!;
  assert.deepEqual(await w.ended(), [
    [0, 'merged', 'folded-into-newer', id],
    [1, 'created', null, id],
  ]);
  const { fields, http_status } = (await w.records('c'))[1]!;
  assert.deepEqual([fields.toSorted(), http_status], [['custom_attributes.seats', 'email', 'name'], 200]);
  assert.equal(await w.mailboxes.peek(subject!), undefined);
  assert.equal((await w.runs.get('c'))!.calls.create, 1);
});

for (const [key, value] of [
  ['phone_number', '+15550001'],
  ['identifier', 'crm-new'],
] as const) {
  test(`a contact is created by its ${key}`, async (t) => {
    const w = await creatingWorld(t);
    const [subject] = await w.lookUp([row(0, { [key]: value }, { name: 'A' })]);
    await w.update(subject!);
    assert.deepEqual(w.posts()[0]!.body, { [key]: value, name: 'A' });
    assert.equal(w.sandbox.contacts.all()[0]![key], value);
    assert.equal((await w.records('c'))[0]!.outcome, 'created');
  });
}

for (const [what, effect, reason] of [
  ['a server error', { kind: 'status', status: 500, applied: true }, 'none'],
  ['no answer', { kind: 'hang', applied: true }, 'none'],
  ['a cut connection', { kind: 'reset', applied: true }, 'none'],
  ['a server error', { kind: 'status', status: 500 }, 'server-error'],
  ['a cut connection', { kind: 'reset' }, 'connection-lost'],
] as const) {
  const applied = reason === 'none';
  test(`${what} to a POST that was ${applied ? 'applied: it is found' : 'not applied: it is posted again'}`, async (t) => {
    const w = await creatingWorld(t);
    w.sandbox.faults.add({ match: { path: /\/contacts\?/ }, effect });
    const [subject] = await w.lookUp([row(0, ANN, { name: 'A' })]);
    w.queued.contacts.length = 0;
    if (applied) await w.update(subject!);
    else {
      assert.equal(await putOff(w.update(subject!)), reason);
      await w.update(subject!, { attempt: 2 });
    }
    assert.equal(w.sandbox.contacts.count, 1);
    assert.equal(w.posts().length, applied ? 1 : 2);
    const { id } = w.sandbox.contacts.all()[0]!;
    // What it holds is what was posted, so it needs no further call.
    assert.deepEqual(await w.ended(), [[0, applied ? 'unchanged' : 'created', null, id]]);
    assert.deepEqual(w.queued.contacts, []);
  });
}

test('somebody else was quicker: its fields are compared and what differs is written to that contact', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(0, ANN, { name: 'Ours', 'custom_attributes.plan': null, blocked: true })]);
  const { id } = w.sandbox.contacts.add({ ...ANN, name: 'Theirs', blocked: true, custom_attributes: { plan: 'x' } });
  await w.update(subject!);
  assert.deepEqual(w.queued.contacts.slice(-1), [String(id)]);
  assert.deepEqual(await w.ended(), []);
  await w.update(String(id));
  const { name, custom_attributes } = w.sandbox.contacts.get(id)!;
  assert.deepEqual([name, custom_attributes], ['Ours', {}]);
  assert.deepEqual(await w.ended(), [[0, 'updated', null, id]]);
  const put = w.sandbox.requests.find(({ method }) => method === 'PUT')!;
  assert.deepEqual(put.body, { name: 'Ours' });
  const kept = (await w.runs.outcomes('c', 10)).join();
  assert.match(kept, /"name":\["\\"Theirs\\"","\\"Ours\\""\]/);
});

test('when its contact holds all of it already, the newest row is unchanged and the others are merged', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(0, ANN, { blocked: true }), row(1, ANN, { name: 'A' })]);
  const { id } = w.sandbox.contacts.add({ ...ANN, name: 'A', blocked: true });
  await w.update(subject!);
  assert.deepEqual(await w.ended(), [
    [0, 'merged', 'folded-into-newer', id],
    [1, 'unchanged', null, id],
  ]);
});

test('a crash between the hand-over and the emptying of the first mailbox gives each row one outcome', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(0, ANN, { name: 'Old' }), row(1, ANN, { name: 'New' })]);
  const { id } = w.sandbox.contacts.add({ ...ANN, name: 'Theirs' });
  const moved = w.mailboxes.moved.bind(w.mailboxes);
  w.mailboxes.moved = async () => {
    throw new Error('killed');
  };
  await assert.rejects(w.update(subject!), /killed/);
  w.mailboxes.moved = moved;
  assert.notEqual(await w.mailboxes.peek(subject!), undefined);
  await w.update(String(id));
  await w.update(subject!);
  assert.deepEqual(await w.ended(), [
    [0, 'merged', 'folded-into-newer', id],
    [1, 'updated', null, id],
  ]);
  assert.equal(await w.mailboxes.peek(subject!), undefined);
  assert.equal(w.sandbox.requests.filter(({ method }) => method === 'PUT').length, 1);
  assert.equal(w.posts().length, 1);
  assert.equal((await w.runs.get('c'))!.outcomes.updated, 1);
});

test('handed-over values keep their age: what is newer at the contact stays', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(1, ANN, { name: 'Old' }), row(9, ANN, { blocked: true })]);
  const { id } = w.sandbox.contacts.add({ ...ANN, name: 'Theirs' });
  // A row between the two was found by the phone meanwhile.
  w.sandbox.contacts.edit(id, { phone_number: '+15550001' });
  await w.lookUp([row(5, { phone_number: '+15550001' }, { name: 'Newer' })]);
  await w.update(subject!);
  await w.update(String(id));
  const { name, blocked } = w.sandbox.contacts.get(id)!;
  assert.deepEqual([name, blocked], ['Newer', true]);
});

test('a row that comes late, after its contact was created by a newer one, neither creates nor wins', async (t) => {
  const w = await creatingWorld(t);
  const late = row(0, ANN, { name: 'Older', 'custom_attributes.seats': 3 });
  const [subject] = await w.lookUp([row(5, ANN, { name: 'Newer' })]);
  // Looked up in vain as well, and delivered when the other is done.
  const deliver = w.mailboxes.deliver.bind(w.mailboxes);
  w.mailboxes.deliver = async (deliveries) => {
    w.mailboxes.deliver = deliver;
    await w.update(subject!);
    return deliver(deliveries);
  };
  await w.lookUp([late]);
  const { id } = w.sandbox.contacts.all()[0]!;
  await w.update(subject!);
  await w.update(String(id));
  assert.equal(w.posts().length, 1);
  assert.equal(w.sandbox.contacts.count, 1);
  const { name, custom_attributes } = w.sandbox.contacts.get(id)!;
  assert.deepEqual([name, custom_attributes], ['Newer', { seats: 3 }]);
});

test('an older row that finds the new contact by itself does not win either', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(5, ANN, { name: 'Newer' })]);
  await w.update(subject!);
  await w.lookUp([row(0, ANN, { name: 'Older' })]);
  assert.equal((await w.records('c'))[0]!.outcome, 'stale');
  assert.equal(w.sandbox.contacts.all()[0]!.name, 'Newer');
});

test('a company that the desk replaces is written once more, and stays', async (t) => {
  const w = await creatingWorld(t, { version: '4.15' });
  const company = (email: string, name: string) => ({ email, 'additional_attributes.company_name': name });
  for (const [n, name] of ['Big Corp', 'Big Corp Europe'].entries()) {
    const { email, ...rest } = company(`p${n}@big-corp.com`, name);
    const [subject] = await w.lookUp([row(n, { email }, rest)]);
    await w.update(subject!);
  }
  const second = w.sandbox.contacts.all()[1]!;
  assert.equal(second.additional_attributes.company_name, 'Big Corp Europe');
  const puts = w.sandbox.requests.filter(({ method }) => method === 'PUT');
  assert.deepEqual(
    puts.map(({ contactId, body }) => [contactId, body]),
    [[second.id, { additional_attributes: { company_name: 'Big Corp Europe' } }]],
  );
  assert.deepEqual(
    (await w.ended()).map(([, outcome]) => outcome),
    ['created', 'created'],
  );
});

test('a company that cannot be written once more is told, and the contact counts as created', async (t) => {
  const w = await creatingWorld(t, { version: '4.15' });
  w.sandbox.contacts.add({ email: 'x@other.test' });
  const fields = { 'additional_attributes.company_name': 'Big Corp Europe' };
  const first = { 'additional_attributes.company_name': 'Big Corp' };
  const [one] = await w.lookUp([row(0, { email: 'a@big-corp.com' }, first)]);
  await w.update(one!);
  w.sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'status', status: 500 } });
  const [two] = await w.lookUp([row(1, { email: 'b@big-corp.com' }, fields)]);
  await w.update(two!);
  const { outcome, detail } = (await w.records('c'))[1]!;
  assert.deepEqual([outcome, detail], ['created', 'replaced by Chatwoot: additional_attributes.company_name']);
});

test('what a created contact was given is kept for the undo, under its number', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(0, ANN, { name: 'A', phone_number: null })]);
  await w.update(subject!);
  const entry = JSON.parse((await w.runs.outcomes('c', 1))[0]!) as unknown[];
  assert.deepEqual(entry.at(-1), {
    contact: String(w.sandbox.contacts.all()[0]!.id),
    created: true,
    fields: { email: [null, '"ann@new.test"'], name: [null, '"A"'] },
  });
});

test('after the last attempt it has failed, and nothing is kept to be undone', async (t) => {
  const w = await creatingWorld(t);
  w.sandbox.faults.add({ match: { path: /\/contacts\?/ }, effect: { kind: 'status', status: 500 }, times: 'always' });
  const [subject] = await w.lookUp([row(0, ANN, { name: 'A' })]);
  await w.update(subject!, { attempt: 5, last: true });
  const record = (await w.records('c'))[0]!;
  assert.deepEqual([record.outcome, record.reason, record.contact_id], ['failed', 'server-error', null]);
  assert.ok(!(await w.runs.outcomes('c', 1))[0]!.includes('ann@new.test'));
  // A later run asks first whether it was not created after all.
  await w.begin('later');
  w.sandbox.faults.clear();
  w.sandbox.requests.length = 0;
  const again = { ...row(0, ANN, { name: 'B' }), run: 'later', version: '9'.repeat(16) };
  await w.lookUp([again]);
  await w.update(subject!);
  assert.deepEqual(w.calls(), ['POST contacts/filter', 'POST contacts/filter', 'POST contacts']);
});

test('when it cannot be looked up either nothing is posted, and the last attempt ends the row', async (t) => {
  const w = await creatingWorld(t);
  const [subject] = await w.lookUp([row(0, ANN, { name: 'A' })]);
  w.sandbox.faults.add({ match: { method: 'POST' }, effect: { kind: 'status', status: 500 }, times: 'always' });
  assert.equal(await putOff(w.update(subject!)), 'server-error');
  await w.update(subject!, { attempt: 5, last: true });
  assert.equal(w.posts().length, 1);
  assert.equal((await w.records('c'))[0]!.outcome, 'failed');
});

test('a phone that several contacts share by now is ambiguous', async (t) => {
  const w = await creatingWorld(t);
  const phone = { phone_number: '+15550001' };
  const [subject] = await w.lookUp([row(0, phone, { name: 'A' })]);
  for (const name of ['B', 'C']) w.sandbox.contacts.add({ ...phone, name });
  await w.update(subject!);
  assert.deepEqual(await w.ended(), [[0, 'ambiguous', 'several-contacts', null]]);
});

test('another value that somebody has is rejected with its holder, or left out when that is wanted', async (t) => {
  const w = await creatingWorld(t);
  await w.begin('drop', { dropConflicting: true });
  const { id } = w.sandbox.contacts.add({ name: 'B', phone_number: '+15550001' });
  const wants = (n: number, run: string) => ({ ...row(n, ANN, { name: 'A', phone_number: '+15550001' }), run });
  const [subject] = await w.lookUp([wants(0, 'c')]);
  await w.update(subject!);
  const rejected = (await w.records('c'))[0]!;
  assert.deepEqual([rejected.outcome, rejected.reason, rejected.holder], ['rejected', 'phone-taken', id]);
  await w.lookUp([wants(1, 'drop')]);
  await w.update(subject!);
  const created = (await w.records('drop'))[1]!;
  assert.deepEqual(
    [created.outcome, created.reason, created.holder, created.detail],
    ['created', 'conflict-dropped', id, 'left out: phone_number'],
  );
  assert.deepEqual(w.posts().at(-1)!.body, { email: 'ann@new.test', name: 'A' });
});

test('of several rows of a new contact only the one that is refused is rejected', async (t) => {
  const w = await creatingWorld(t);
  w.sandbox.contacts.add({ name: 'B', phone_number: '+15550001' });
  const [subject] = await w.lookUp([row(0, ANN, { name: 'A' }), row(1, ANN, { phone_number: '+15550001' })]);
  await w.update(subject!);
  const made = w.sandbox.contacts.all().at(-1)!;
  assert.deepEqual(await w.ended(), [
    [0, 'created', null, made.id],
    [1, 'rejected', 'phone-taken', null],
  ]);
  assert.deepEqual([made.email, made.name, made.phone_number], ['ann@new.test', 'A', null]);
});

test('what a plan wants to create is left alone when somebody made it meanwhile otherwise', async (t) => {
  const w = await creatingWorld(t);
  const planned = { ...row(0, ANN, { name: 'A' }), expect: { of: 'nobody' as const, held: {} } };
  const [subject] = await w.lookUp([planned]);
  const { id } = w.sandbox.contacts.add({ ...ANN, name: 'Theirs' });
  await w.update(subject!);
  assert.deepEqual(await w.ended(), [[0, 'skipped', 'drifted', id]]);
  assert.equal(w.sandbox.contacts.get(id)!.name, 'Theirs');
});

test('the name of a new contact tells nothing of its key', () => {
  const name = newContact(row(0, ANN))!;
  assert.match(name, /^new:email:[\w-]{22}$/);
});
