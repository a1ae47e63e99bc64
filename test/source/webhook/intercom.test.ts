import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchOf, single, verdictOf } from './deliver.ts';

const ITEM = {
  type: 'contact',
  id: '65f',
  external_id: 'u1',
  role: 'user',
  email: 'ana@example.com',
  phone: '+49151',
  name: 'Ana',
  custom_attributes: { plan: 'pro', since: '' },
  location: { city: 'Ulm' },
  updated_at: 1760000000,
};

function notification(topic: string, item: unknown = ITEM, more: object = {}): object {
  const data = { type: 'notification_event_data', item };
  const times = { created_at: 1760000000, first_sent_at: 1760000001, delivery_attempts: 1 };
  return { type: 'notification_event', app_id: 'a1', id: 'notif_4e35', topic, ...times, data, ...more };
}

test('a contact is a patch of all it holds', () => {
  assert.deepEqual(single('intercom', notification('contact.user.updated')), {
    key: 'notif_4e35',
    observedAt: 1760000000000,
    subject: '65f',
    content: {
      type: 'patch',
      values: {
        id: '65f',
        external_id: 'u1',
        role: 'user',
        email: 'ana@example.com',
        phone: '+49151',
        name: 'Ana',
        'location.city': 'Ulm',
        updated_at: 1760000000,
        'custom.plan': 'pro',
        'custom.since': null,
      },
    },
  });
  for (const topic of [
    'contact.user.created',
    'contact.lead.created',
    'contact.email.updated',
    'contact.lead.signed_up',
  ])
    assert.equal(patchOf('intercom', notification(topic)).name, 'Ana');
});

test('a deletion is one, an archived contact still exists, a merged one has to be fetched', () => {
  assert.equal(verdictOf('intercom', notification('contact.deleted', { id: '65f', deleted: true })), 'deleted');
  assert.match(verdictOf('intercom', notification('contact.archive')), /^ignored/);
  assert.equal(verdictOf('intercom', notification('contact.merged')), 'thin');
});

test('a ping and other topics are ignored', () => {
  assert.match(verdictOf('intercom', notification('ping', { type: 'ping' })), /^ignored.*"ping"/);
  assert.match(verdictOf('intercom', { type: 'notification_event', topic: 'ping' }), /^ignored/);
  assert.match(
    verdictOf('intercom', notification('conversation.user.created', { type: 'conversation', id: '5' })),
    /^ignored/,
  );
  assert.match(
    verdictOf('intercom', notification('contact.user.tag.created', { type: 'contact_tag', contact: ITEM })),
    /^ignored/,
  );
});

test('a repetition has the same key, another notification another one', () => {
  const again = notification('contact.user.updated', ITEM, { delivery_attempts: 3, first_sent_at: 1760000099 });
  assert.deepEqual(single('intercom', again), single('intercom', notification('contact.user.updated')));
  assert.notEqual(single('intercom', notification('contact.user.updated', ITEM, { id: 'notif_2' })).key, 'notif_4e35');
});

test('what is no notification is unusable, with a reason', () => {
  const topic = 'contact.user.updated';
  const bodies = [
    {},
    [],
    null,
    notification(topic, {}),
    notification(topic, null),
    notification(topic, ITEM, { id: null }),
  ];
  for (const body of bodies) assert.match(verdictOf('intercom', body), /^unusable: ./);
});
