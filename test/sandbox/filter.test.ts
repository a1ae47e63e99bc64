import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededContact } from '../../src/sandbox/seed.ts';
import { type Sender, sandboxFor } from './client.ts';

interface Condition {
  key: string;
  operator?: string;
  values: unknown;
  joins?: string | null;
}

async function ask(
  send: Sender,
  conditions: Condition[],
  query = '',
): Promise<{ status: number; ids: number[]; text: string }> {
  const payload = conditions.map(({ key, operator, values, joins }, at) => ({
    attribute_key: key,
    filter_operator: operator ?? 'equal_to',
    values,
    query_operator: joins === undefined ? (at < conditions.length - 1 ? 'OR' : null) : joins,
  }));
  const answer = await send('POST', `/contacts/filter${query}`, { payload });
  const rows = answer.status === 200 ? (answer.json().payload as { id: number }[]) : [];
  return { status: answer.status, ids: rows.map((row) => row.id), text: answer.text };
}

test('a batch of 15 among 10,000 contacts, by e-mail, phone and identifier', async (t) => {
  const { send } = await sandboxFor(t, { contacts: 10_000 });
  const wanted = Array.from({ length: 15 }, (_, n) => (n * 661) % 10_000 || 10_000).sort((a, b) => a - b);
  const contacts = wanted.map(seededContact);
  for (const [key, values] of [
    ['email', contacts.map((contact) => contact.email.toUpperCase())],
    ['phone_number', contacts.map((contact) => contact.phone_number.slice(1))],
    ['identifier', contacts.map((contact) => contact.identifier)],
  ] as const) {
    const started = performance.now();
    const found = await ask(
      send,
      values.map((value) => ({ key, values: [value] })),
      '?include_contact_inboxes=false',
    );
    assert.deepEqual(found.ids, wanted);
    assert.ok(performance.now() - started < 250);
  }
});

test('changed values are found, former ones are not', async (t) => {
  const { send } = await sandboxFor(t, { contacts: 20 });
  await send('PUT', '/contacts/7', { email: 'other@example.com', identifier: 'CRM-3', phone_number: null });
  assert.deepEqual((await ask(send, [{ key: 'email', values: ['contact7@example.com'] }])).ids, []);
  assert.deepEqual((await ask(send, [{ key: 'email', values: ['other@example.com'] }])).ids, [7]);
  assert.deepEqual((await ask(send, [{ key: 'identifier', values: ['crm-3'] }])).ids, [3, 7]);
  assert.equal((await send('POST', '/contacts', { email: 'contact7@example.com' })).status, 200);
  assert.equal((await send('POST', '/contacts', { email: 'contact8@example.com' })).status, 422);
  await send('DELETE', '/contacts/8');
  assert.equal((await send('POST', '/contacts', { email: 'contact8@example.com' })).status, 200);
  assert.equal((await send('GET', '/contacts/8')).status, 404);
});

test('AND binds tighter than OR', async (t) => {
  const { send } = await sandboxFor(t, { contacts: 20 });
  const found = await ask(send, [
    { key: 'email', values: ['contact1@example.com'], joins: 'and' },
    { key: 'identifier', values: ['crm-2'], joins: 'OR' },
    { key: 'identifier', values: ['crm-3'] },
  ]);
  assert.deepEqual(found.ids, [3]);
});

test('operators, wildcards and nulls', async (t) => {
  const { sandbox, send } = await sandboxFor(t);
  sandbox.contacts.add({
    name: 'Ann',
    email: 'a_b@example.com',
    labels: ['vip'],
    additional_attributes: { city: 'Oslo' },
  });
  sandbox.contacts.add({ name: 'Bob', email: 'axb@example.com', blocked: true, last_activity_at: 1_700_000_000 });
  const ids = async (...conditions: Condition[]): Promise<number[]> => (await ask(send, conditions)).ids;
  assert.deepEqual(await ids({ key: 'email', operator: 'contains', values: [' a_b '] }), [1, 2]);
  assert.deepEqual(await ids({ key: 'name', operator: 'does_not_contain', values: ['nn'] }), [2]);
  assert.deepEqual(await ids({ key: 'city', operator: 'not_equal_to', values: ['Rome'] }), [1]);
  assert.deepEqual(await ids({ key: 'labels', operator: 'is_present', values: [] }), [1]);
  assert.deepEqual(await ids({ key: 'labels', operator: 'not_equal_to', values: ['vip'] }), [2]);
  assert.deepEqual(await ids({ key: 'blocked', values: ['yes'] }), [2]);
  assert.deepEqual(await ids({ key: 'last_activity_at', operator: 'is_less_than', values: ['2024-01-01'] }), [2]);
  assert.deepEqual(await ids({ key: 'created_at', operator: 'days_before', values: ['1'] }), []);
  assert.deepEqual(await ids({ key: 'identifier', operator: 'not_equal_to', values: ['x'] }), []);
  assert.deepEqual(await ids({ key: 'email', values: 'axb@example.com' }), []);
});

test('what the desk trips over', async (t) => {
  const { sandbox, send } = await sandboxFor(t);
  sandbox.contacts.add({ email: 'a@example.com', custom_attributes: { score: 'many' } });
  const define = (key: string, type: string) =>
    send('POST', '/custom_attribute_definitions', {
      attribute_display_name: key,
      attribute_key: key,
      attribute_display_type: type,
      attribute_model: 'contact_attribute',
    });
  await define('score', 'number');
  await define('share', 'percent');
  const status = async (...conditions: Condition[]): Promise<number> => (await ask(send, conditions)).status;
  assert.equal(await status({ key: 'score', values: ['7'] }), 500);
  assert.equal(await status({ key: 'share', values: ['7'] }), 500);
  assert.equal(await status({ key: 'email', values: ['a\u0000b'] }), 500);
  assert.equal(await status({ key: 'email', values: [7] }), 500);
  assert.equal(await status({ key: 'created_at', operator: 'is_less_than', values: ['soon'] }), 500);
  assert.equal(await status({ key: 'email', values: ['x'], joins: 'XOR' }, { key: 'nope', values: ['x'] }), 422);
  sandbox.contacts.edit(1, { custom_attributes: { score: ' 7.0 ' } });
  assert.deepEqual((await ask(send, [{ key: 'score', values: ['7'] }])).ids, [1]);
  assert.deepEqual((await ask(send, [{ key: 'score', operator: 'is_greater_than', values: ['6'] }])).ids, [1]);
  assert.deepEqual((await ask(send, [{ key: 'score', operator: 'is_not_present', values: [] }])).ids, []);
});

test('pages of 15 in every order, the last contact included once', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 40 });
  sandbox.contacts.edit(11, { email: null, phone_number: null, identifier: null });
  const seen: number[] = [];
  for (let page = 1; page <= 4; page += 1) {
    const answer = (await send('GET', `/contacts?sort=-email&page=${page}`)).json() as unknown as {
      meta: { count: number };
      payload: { id: number }[];
    };
    assert.equal(answer.meta.count, 39);
    seen.push(...answer.payload.map((row) => row.id));
  }
  assert.equal(new Set(seen).size, 39);
  assert.equal(seen[0], 9);
});
