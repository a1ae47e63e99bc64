import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatwootEventOf } from '../../../src/source/webhook/presets/chatwoot.ts';
import { patchOf, single, verdictOf } from './deliver.ts';

const TIMES = {
  updated_at: { previous_value: '2026-01-01T00:00:00.000Z', current_value: '2026-01-02T00:00:00.250Z' },
};
const UPDATED = {
  account: { id: 1, name: 'Acme' },
  additional_attributes: { city: 'Ulm', social_profiles: { github: 'ann' } },
  avatar: '',
  custom_attributes: { plan: 'pro', note: '' },
  email: 'a@acme.io',
  id: 42,
  identifier: 'crm-7',
  name: 'Ann',
  phone_number: null,
  thumbnail: '',
  blocked: false,
  event: 'contact_updated',
  changed_attributes: [
    { custom_attributes: { previous_value: { plan: 'free' }, current_value: { plan: 'pro' } } },
    TIMES,
  ],
};
const { changed_attributes: _, ...contact } = UPDATED;
const CREATED = { ...contact, event: 'contact_created' };

const changed = (...changes: object[]) => ({ ...UPDATED, changed_attributes: changes });

test('an update is a patch of the contact as it is now, observed when it was saved', () => {
  const event = single('chatwoot', UPDATED, { 'x-chatwoot-delivery': 'uuid-1' });
  assert.equal(event.key, 'uuid-1');
  assert.equal(event.observedAt, Date.UTC(2026, 0, 2, 0, 0, 0, 250));
  assert.equal(event.subject, '42');
  assert.deepEqual(patchOf('chatwoot', UPDATED), {
    email: 'a@acme.io',
    phone_number: null,
    identifier: 'crm-7',
    name: 'Ann',
    'custom.plan': 'pro',
    'custom.note': null,
    'additional.city': 'Ulm',
    'additional.social_profiles.github': 'ann',
    id: '42',
    contact_id: '42',
  });
});

test('a new contact is a patch that nobody says the time of; an absent field says nothing', () => {
  assert.equal(single('chatwoot', CREATED).observedAt, null);
  assert.deepEqual(patchOf('chatwoot', { event: 'contact_created', id: 5, name: 'B' }), {
    name: 'B',
    id: '5',
    contact_id: '5',
  });
});

test('the event says what changed, and when it was before and after', () => {
  assert.deepEqual(chatwootEventOf(UPDATED), {
    contactId: '42',
    kind: 'updated',
    before: Date.UTC(2026, 0, 1),
    after: Date.UTC(2026, 0, 2, 0, 0, 0, 250),
    changedKeys: ['custom_attributes', 'updated_at'],
    bookkeepingOnly: false,
    contact: (({ account: _a, event: _e, changed_attributes: _c, ...rest }) => rest)(UPDATED),
  });
  const created = chatwootEventOf(CREATED);
  assert.deepEqual([created?.kind, created?.before, created?.after, created?.changedKeys], ['created', null, null, []]);
  assert.equal(created?.bookkeepingOnly, false);
});

test('an incoming message changes nothing but what the desk keeps for itself', () => {
  const activity = { last_activity_at: { previous_value: null, current_value: '2026-01-02T00:00:00.000Z' } };
  const place = {
    location: { previous_value: '', current_value: 'Ulm' },
    country_code: { previous_value: '', current_value: 'DE' },
  };
  const message = changed(TIMES, activity, place, {
    contact_type: { previous_value: 'visitor', current_value: 'lead' },
  });
  assert.equal(chatwootEventOf(message)?.bookkeepingOnly, true);
  assert.match(verdictOf('chatwoot', message), /^ignored/);
  assert.equal(single('chatwoot', message).subject, '42');
  for (const body of [changed(TIMES, { label_list: { previous_value: [], current_value: ['vip'] } }), changed()])
    assert.equal(chatwootEventOf(body)?.bookkeepingOnly, false);
});

test('other events are ignored, a contact without an id is unusable, and neither has an event of its own', () => {
  assert.match(verdictOf('chatwoot', { event: 'message_created', id: 5 }), /^ignored.*"message_created"/);
  assert.match(verdictOf('chatwoot', { event: 'contact_updated' }), /^unusable/);
  for (const body of [{}, [], null, 5, { event: 5 }]) assert.match(verdictOf('chatwoot', body), /^unusable: ./);
  for (const body of [{}, [], null, { event: 'message_created', id: 5 }, { event: 'contact_updated', id: {} }])
    assert.equal(chatwootEventOf(body), null);
});

test('changes that are no list of objects leave the times unsaid', () => {
  for (const list of [null, {}, 'x', [null, 5, []], [{ updated_at: 5 }], [{ updated_at: { current_value: 'soon' } }]]) {
    const event = chatwootEventOf({ ...UPDATED, changed_attributes: list });
    assert.deepEqual([event?.before, event?.after], [null, null]);
  }
});

test('without a delivery id the bytes are the key: the same on a repetition, others after a change', () => {
  const { key } = single('chatwoot', UPDATED);
  assert.equal(single('chatwoot', UPDATED).key, key);
  const later = {
    updated_at: { previous_value: '2026-01-02T00:00:00.250Z', current_value: '2026-01-03T00:00:00.000Z' },
  };
  assert.notEqual(single('chatwoot', changed(later)).key, key);
});
