import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliver, patchOf, single, verdictOf } from './deliver.ts';

const EVENT = {
  id: 'c-1',
  type: 'contact.upserted',
  occurredAt: '2025-10-09T10:53:20+02:00',
  contact: {
    externalId: '42',
    email: 'ana@example.com',
    phone: '+49151',
    name: 'Ana',
    customAttributes: { plan: 'pro' },
  },
};
const VALUES = { email: 'ana@example.com', phone: '+49151', name: 'Ana', 'custom.plan': 'pro', id: '42' };

const holding = (contact: object) => ({ ...EVENT, contact });

test('an event that keeps to the contract is a patch', () => {
  assert.deepEqual(single('generic', EVENT), {
    key: 'c-1',
    observedAt: Date.UTC(2025, 9, 9, 8, 53, 20),
    subject: '42',
    content: { type: 'patch', values: VALUES },
  });
});

test('an absent key and an empty text say nothing, null clears', () => {
  const contact = {
    externalId: 42,
    email: '',
    name: null,
    customAttributes: { plan: null, since: '', deep: { a: '', b: 1 } },
  };
  assert.deepEqual(patchOf('generic', holding(contact)), {
    name: null,
    'custom.plan': null,
    'custom.deep.b': 1,
    id: '42',
  });
});

test('a form with flattened names is the same event', () => {
  const form =
    'id=c-1&type=contact.upserted&occurredAt=2025-10-09T10%3A53%3A20%2B02%3A00&contact.externalId=42&contact.email=ana%40example.com&contact[phone]=%2B49151&contact[name]=Ana&contact[customAttributes][plan]=pro';
  assert.deepEqual(deliver('generic', form, {}, 'application/x-www-form-urlencoded'), deliver('generic', EVENT));
});

test('a list is as many events, at most 500', () => {
  const list = Array.from({ length: 500 }, (_, place) => ({ ...EVENT, id: `c-${place}` }));
  assert.equal(deliver('generic', list).length, 500);
  assert.match(verdictOf('generic', [...list, EVENT]), /^unusable.*more than 500/);
  assert.deepEqual(deliver('generic', []), []);
});

test('a deletion needs to say who is gone', () => {
  assert.equal(verdictOf('generic', { ...EVENT, type: 'contact.deleted' }), 'deleted');
  assert.match(verdictOf('generic', { ...EVENT, type: 'contact.deleted', contact: {} }), /^unusable.*externalId/);
});

test("the key is the event's id, else the delivery's, else the bytes and the place", () => {
  const { id: _, ...nameless } = EVENT;
  const keys = (headers: Record<string, string>) =>
    deliver('generic', [nameless, nameless], headers).map(({ key }) => key);
  assert.equal(single('generic', EVENT, { 'webhook-id': 'msg_1' }).key, 'c-1');
  for (const name of ['webhook-id', 'svix-id', 'idempotency-key', 'x-github-delivery'])
    assert.deepEqual(keys({ [name]: 'msg_1' }), ['msg_1', 'msg_1#1']);
  assert.deepEqual(keys({}), keys({}));
  assert.equal(new Set(keys({})).size, 2);
  for (const key of keys({})) assert.match(key, /^raw:[0-9a-f]{64}$/, 'it can be forgotten sooner than an id');
  assert.notEqual(single('generic', { ...nameless, occurredAt: 'x' }).key, single('generic', nameless).key);
});

test('a key of more than 200 characters is hashed, and stays another one than its neighbour', () => {
  const key = (id: string) => single('generic', { ...EVENT, id }).key;
  assert.equal(key('x'.repeat(200)), 'x'.repeat(200));
  assert.match(key('x'.repeat(201)), /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(key('x'.repeat(201)), key('x'.repeat(202)));
});

test('a time that cannot be read is not said; a count of seconds or milliseconds can', () => {
  const at = (occurredAt: unknown) => single('generic', { ...EVENT, occurredAt }).observedAt;
  assert.equal(at('09.10.2025 10:53'), null);
  assert.equal(at('2025-10-09T10:53:20'), null);
  assert.equal(at(undefined), null);
  assert.equal(at(1760000000), 1760000000000);
  assert.equal(at('1760000000500'), 1760000000500);
});

test('what breaks the contract has a reason that names no value', () => {
  assert.match(verdictOf('generic', { ...EVENT, type: 'invoice.paid' }), /^ignored.*"invoice\.paid"/);
  assert.doesNotMatch(verdictOf('generic', { ...EVENT, type: 'ana@example.com' }), /ana/);
  const bodies = [{}, null, 5, { type: 5 }, [[]]];
  for (const body of bodies) assert.match(verdictOf('generic', body), /^unusable.*type/);
  for (const contact of [undefined, null, 5, []])
    assert.match(verdictOf('generic', { ...EVENT, contact }), /^unusable.*"contact"/);
  assert.match(verdictOf('generic', holding({})), /^unusable.*holds nothing/);
  assert.match(verdictOf('generic', holding({ email: '' })), /^unusable.*holds nothing/);
});
