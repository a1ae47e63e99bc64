import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContactRequests, contactIn, pageIn } from '../../src/chatwoot/contacts.ts';

const requests = new ContactRequests(3);
const ROOT = 'api/v1/accounts/3';

test('each request says its kind, method, path and body', () => {
  assert.deepEqual(requests.update('12', '{"name":"A"}', 'u'), {
    kind: 'update',
    method: 'PUT',
    path: `${ROOT}/contacts/12?include_contact_inboxes=false`,
    body: '{"name":"A"}',
    requestId: 'u',
  });
  assert.deepEqual(requests.read('12', 'r'), {
    kind: 'read',
    method: 'GET',
    path: `${ROOT}/contacts/12?include_contact_inboxes=false`,
    requestId: 'r',
  });
  assert.deepEqual(requests.clear('12', ['a', 'b "c"'], 'c'), {
    kind: 'clear',
    method: 'POST',
    path: `${ROOT}/contacts/12/destroy_custom_attributes`,
    body: '{"custom_attributes":["a","b \\"c\\""]}',
    requestId: 'c',
  });
  assert.equal(requests.filter('{}', undefined, 'f').path, `${ROOT}/contacts/filter?include_contact_inboxes=false`);
  assert.equal(
    requests.filter('{}', 2, 'f').path,
    `${ROOT}/contacts/filter?include_contact_inboxes=false&sort=email,phone_number,name&page=2`,
  );
  assert.equal(requests.definitions().path, `${ROOT}/custom_attribute_definitions?attribute_model=contact_attribute`);
});

const CONTACT = '{"id":5,"name":"A","email":null,"custom_attributes":{"n":9007199254740993}}';

test('a contact is read out of its answer, a big number without losing a digit', () => {
  const contact = contactIn(`{"payload":${CONTACT}}`)!;
  assert.equal(contact.id, 5);
  assert.equal(contact.blocked, false);
  assert.equal(String(contact.custom_attributes.n), '9007199254740993');
});

for (const text of ['', '<html>', '[]', '{}', '{"payload":null}', '{"payload":{"id":"5"}}', '{"payload":[]}', 'null']) {
  test(`"${text}" holds no contact`, () => assert.equal(contactIn(text), undefined));
}

test('a page says how many contacts there are in all', () => {
  const page = pageIn(`{"meta":{"count":31},"payload":[${CONTACT},{"no":"contact"}]}`)!;
  assert.equal(page.count, 31);
  assert.deepEqual(
    page.contacts.map(({ id }) => id),
    [5],
  );
});

test('a page without a count holds what it holds', () => {
  assert.equal(pageIn(`{"payload":[${CONTACT}]}`)!.count, 1);
  assert.equal(pageIn('{"meta":{"count":"31"},"payload":[]}')!.count, 0);
});

for (const text of ['', '<html>', '{}', '{"payload":{}}', '[]']) {
  test(`"${text}" is no page`, () => assert.equal(pageIn(text), undefined));
}
