import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLossless } from '../../src/contact/json.ts';
import { toLive } from '../../src/contact/live.ts';

test('reads a contact and leaves out what cannot be written', () => {
  const text = `{"id":42,"name":"Ann","email":null,"phone_number":"+15551230001","identifier":"crm-7","blocked":true,
    "thumbnail":"","availability_status":"offline","created_at":1700000000,
    "custom_attributes":{"plan":"pro"},"additional_attributes":{"city":"Bonn"},"contact_inboxes":[]}`;
  assert.deepEqual(toLive(parseLossless(text)), {
    id: 42,
    name: 'Ann',
    email: null,
    phone_number: '+15551230001',
    identifier: 'crm-7',
    blocked: true,
    custom_attributes: { plan: 'pro' },
    additional_attributes: { city: 'Bonn' },
  });
});

test('absent and null attributes are empty, what is no contact is undefined', () => {
  for (const text of ['{"id":1,"custom_attributes":null}', '{"id":1}']) {
    const live = toLive(parseLossless(text));
    assert.deepEqual([live?.custom_attributes, live?.additional_attributes], [{}, {}]);
    assert.deepEqual([live?.name, live?.blocked], [null, false]);
  }
  for (const text of ['null', '[]', '"x"', '{}', '{"id":"1"}', '12345678901234567890']) {
    assert.equal(toLive(parseLossless(text)), undefined);
  }
});
