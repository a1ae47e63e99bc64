import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchOf, single, verdictOf } from './deliver.ts';

const CUSTOMER = `{"id":706405506930370084,"email":"bob@biller.com","first_name":"Bob","last_name":"B","phone":"+15145551234","state":"enabled","tags":"vip","created_at":"2021-12-31T19:00:00-05:00","updated_at":"2025-10-09T04:53:20-04:00","default_address":{"company":"Acme","city":"Ottawa","country_code":"CA"}}`;
const HEADERS = { 'x-shopify-topic': 'customers/update', 'x-shopify-webhook-id': 'w-1', 'x-shopify-event-id': 'e-1' };

const topic = (name: string) => ({ ...HEADERS, 'x-shopify-topic': name });

test('a customer is a patch whose id keeps all its digits', () => {
  const event = single('shopify', CUSTOMER, HEADERS);
  assert.equal(event.key, 'w-1');
  assert.equal(event.observedAt, Date.UTC(2025, 9, 9, 8, 53, 20));
  assert.equal(event.subject, '706405506930370084');
  assert.deepEqual(patchOf('shopify', CUSTOMER, HEADERS), {
    id: '706405506930370084',
    email: 'bob@biller.com',
    first_name: 'Bob',
    last_name: 'B',
    phone: '+15145551234',
    state: 'enabled',
    tags: 'vip',
    created_at: '2021-12-31T19:00:00-05:00',
    updated_at: '2025-10-09T04:53:20-04:00',
    'default_address.company': 'Acme',
    'default_address.city': 'Ottawa',
    'default_address.country_code': 'CA',
  });
  for (const name of ['create', 'enable', 'disable'])
    assert.equal(patchOf('shopify', CUSTOMER, topic(`customers/${name}`)).email, 'bob@biller.com');
});

test('a deletion carries little but the id, and the demand to forget somebody is one', () => {
  assert.equal(verdictOf('shopify', '{"id":706405506930370084}', topic('customers/delete')), 'deleted');
  const redact = single('shopify', { shop_id: 1, customer: { id: 7, email: 'a@b.de' } }, topic('customers/redact'));
  assert.deepEqual([redact.subject, redact.content], ['7', { type: 'deleted' }]);
});

test('the time of the delivery counts when the body has none', () => {
  const headers = { ...HEADERS, 'x-shopify-triggered-at': '2025-10-09T08:53:20.123456789Z' };
  assert.equal(single('shopify', { id: 1 }, headers).observedAt, Date.UTC(2025, 9, 9, 8, 53, 20, 123));
});

test('the delivery id is the key; without it the bytes and the topic are', () => {
  assert.notEqual(single('shopify', CUSTOMER, { ...HEADERS, 'x-shopify-webhook-id': 'w-2' }).key, 'w-1');
  const bare = { 'x-shopify-topic': 'customers/update' };
  const { key } = single('shopify', CUSTOMER, bare);
  assert.equal(single('shopify', CUSTOMER, bare).key, key);
  assert.notEqual(single('shopify', CUSTOMER, { 'x-shopify-topic': 'customers/create' }).key, key);
  assert.notEqual(single('shopify', CUSTOMER.replace('Bob', 'Rob'), bare).key, key);
});

test('other topics are ignored; without a topic or an id nothing can be said', () => {
  for (const name of ['orders/create', 'customers/data_request', 'customers_marketing_consent/update', 'x'])
    assert.match(verdictOf('shopify', CUSTOMER, topic(name)), /^ignored/);
  assert.match(verdictOf('shopify', CUSTOMER, {}), /^unusable.*X-Shopify-Topic/);
  for (const body of [{}, [], null, 5, { id: '' }])
    assert.match(verdictOf('shopify', body, HEADERS), /^unusable.*no customer/);
});
