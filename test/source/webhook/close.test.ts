import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchOf, single, verdictOf } from './deliver.ts';

const EVENT = {
  id: 'ev_2sYKRj',
  action: 'updated',
  object_type: 'contact',
  object_id: 'cont_1',
  lead_id: 'lead_1',
  organization_id: 'orga_1',
  user_id: 'user_1',
  date_created: '2025-10-08T08:53:20.395000',
  date_updated: '2025-10-09T08:53:20.395000',
  changed_fields: ['emails'],
  previous_data: { emails: [] },
  data: {
    id: 'cont_1',
    name: 'Ana',
    emails: [{ type: 'office', email: 'ana@example.com' }],
    phones: [{ type: 'mobile', phone: '+49151' }],
    'custom.cf_1': 'gold',
  },
  meta: { request_method: 'PUT' },
};

const close = (more: object = {}) => ({ subscription_id: 'whsub_1', event: { ...EVENT, ...more } });

test('a contact is a patch with its first address and number; a time without a zone is UTC', () => {
  assert.deepEqual(single('close', close()), {
    key: 'ev_2sYKRj',
    observedAt: Date.UTC(2025, 9, 9, 8, 53, 20, 395),
    subject: 'cont_1',
    content: {
      type: 'patch',
      values: { name: 'Ana', 'custom.cf_1': 'gold', email: 'ana@example.com', phone: '+49151', id: 'cont_1' },
    },
  });
});

test('an event that was never updated is as old as its creation', () => {
  assert.equal(single('close', close({ date_updated: null })).observedAt, Date.UTC(2025, 9, 8, 8, 53, 20, 395));
});

test('an empty list empties, an absent one says nothing', () => {
  const values = patchOf('close', close({ data: { id: 'cont_1', emails: [] } }));
  assert.deepEqual(values, { email: null, id: 'cont_1' });
});

test('deletions, other objects, and a contact that was not sent along', () => {
  assert.equal(verdictOf('close', close({ action: 'deleted', data: null })), 'deleted');
  assert.match(verdictOf('close', close({ object_type: 'lead' })), /^ignored.*"lead"/);
  assert.match(verdictOf('close', close({ action: 'viewed' })), /^ignored/);
  assert.deepEqual(single('close', close({ data: null })).content, { type: 'thin', id: 'cont_1' });
});

test('another event has another key, and what is no event is unusable', () => {
  assert.notEqual(single('close', close({ id: 'ev_2' })).key, 'ev_2sYKRj');
  const nobody = close({ object_id: undefined, data: {} });
  for (const body of [{}, [], null, { event: 5 }, close({ id: null }), nobody])
    assert.match(verdictOf('close', body), /^unusable: ./);
});
