import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creationOf, definitionBody, displayName, keyFault, typeFor } from '../../src/attributes/create.ts';
import { answer, fault } from '../chatwoot/answers.ts';

test('a key that Chatwoot keeps for itself is refused on every version, with a key to use instead', () => {
  for (const version of ['4.1.0', '4.10.0', '4.15.1', 'unknown']) {
    assert.match(keyFault('email', version)!, /keeps the key email .* custom_attributes\.crm_email\.$/);
    assert.equal(keyFault('email_2', version), undefined);
  }
});

test('what a key may consist of depends on the version', () => {
  for (const key of ['plan', 'größe', 'a-b.c_d', '7']) assert.equal(keyFault(key, '4.15.1'), undefined, key);
  for (const key of ['two words', 'a/b', 'key:']) {
    for (const version of ['4.15.0', '4.16.2', '5.0.0']) assert.match(keyFault(key, version)!, /takes only letters/);
    for (const version of ['4.1.0', '4.10.0', '', 'main']) assert.equal(keyFault(key, version), undefined);
  }
});

test('the display name is made from the key', () => {
  const names = ['plan', 'renewal_date', 'a-b.c', 'ätna', '__', 'CRM owner'].map(displayName);
  assert.deepEqual(names, ['Plan', 'Renewal date', 'A b c', 'Ätna', '__', 'CRM owner']);
});

test('an attribute is defined for contacts, an empty column as text', () => {
  assert.deepEqual(JSON.parse(definitionBody('seats', typeFor('number'))), {
    custom_attribute_definition: {
      attribute_display_name: 'Seats',
      attribute_key: 'seats',
      attribute_display_type: 'number',
      attribute_model: 'contact_attribute',
    },
  });
  assert.equal(typeFor(null), 'text');
});

test('answers to a creation are told apart', () => {
  assert.deepEqual(creationOf(answer()), { type: 'created' });
  const refused = creationOf(answer({ status: 422, text: '{"message":"Attribute key has already been taken"}' }));
  assert.ok(refused.type === 'refused');
  assert.match(refused.why, /^Chatwoot refuses it: Attribute key has already been taken\. Give the same command again/);
  const strange = creationOf(answer({ status: 422, text: '' }));
  assert.ok(strange.type === 'refused');
  assert.match(strange.why, /HTTP 422\./);
  const role = creationOf(answer({ status: 401 }));
  assert.ok(role.type === 'stopped');
  assert.match(role.why, /^Only an administrator/);
  for (const unclear of [answer({ mediaType: 'text/html' }), answer({ status: 500 }), fault('timeout', 'ETIMEDOUT')]) {
    const stopped = creationOf(unclear);
    assert.ok(stopped.type === 'stopped');
    assert.match(stopped.why, /Give the same command again when it is well; nothing is created twice\.$/);
  }
});
