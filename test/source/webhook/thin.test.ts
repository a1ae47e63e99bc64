import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliver, patchOf, single, verdictOf } from './deliver.ts';

const ATTIO = {
  webhook_id: '23e4',
  events: [
    {
      event_type: 'record.updated',
      id: { workspace_id: 'w', object_id: 'o', record_id: 'r1', attribute_id: 'a' },
      actor: { type: 'workspace-member', id: 'm' },
    },
  ],
};
const DELIVERY = { 'idempotency-key': 'd-1' };

const ZOHO = {
  server_time: 1760000000000,
  module: 'Contacts',
  operation: 'update',
  ids: ['4150868000000624001'],
  channel_id: '1000000068001',
  token: 'T',
  resource_uri: 'https://www.zohoapis.com/crm/v8/Contacts',
  affected_fields: [{ '4150868000000624001': ['Email'] }],
};
const FORM = 'application/x-www-form-urlencoded';

const attio = (type: string, id: unknown = { record_id: 'r1' }) => ({ events: [{ event_type: type, id }] });

test('Attio carries ids without values or times', () => {
  assert.deepEqual(single('attio', ATTIO, DELIVERY), {
    key: 'd-1',
    observedAt: null,
    subject: 'r1',
    content: { type: 'thin', id: 'r1' },
  });
  assert.equal(verdictOf('attio', attio('record.deleted'), DELIVERY), 'deleted');
  assert.equal(verdictOf('attio', attio('record.merged'), DELIVERY), 'thin');
  assert.match(verdictOf('attio', attio('note.created'), DELIVERY), /^ignored/);
  assert.deepEqual(deliver('attio', { events: [] }, DELIVERY), []);
});

test('the delivery id of Attio is the key, with the place of an event that is not the first', () => {
  const [one] = ATTIO.events;
  const keys = deliver('attio', { events: [one, one, one] }, DELIVERY).map(({ key }) => key);
  assert.deepEqual(keys, ['d-1', 'd-1#1', 'd-1#2']);
});

test('without the header two changes of one record could not be told apart, so nothing is read', () => {
  assert.match(verdictOf('attio', ATTIO), /^unusable.*Idempotency-Key.*proxy/);
  for (const body of [{}, [], null, { events: 5 }, { events: {} }])
    assert.match(verdictOf('attio', body, DELIVERY), /^unusable/);
  for (const body of [attio('record.updated', {}), attio('record.updated', 'r1'), { events: [null] }])
    assert.match(verdictOf('attio', body, DELIVERY), /^unusable/);
});

test('a notification of Zoho is one event a record', () => {
  const events = deliver('zoho', { ...ZOHO, ids: ['1', 2] });
  assert.deepEqual(
    events.map(({ content }) => content),
    [
      { type: 'thin', id: '1' },
      { type: 'thin', id: '2' },
    ],
  );
  assert.equal(events[0]?.observedAt, 1760000000000);
  assert.equal(new Set(events.map(({ key }) => key)).size, 2);
  assert.equal(single('zoho', ZOHO).subject, '4150868000000624001');
  assert.equal(
    single('zoho', JSON.stringify(ZOHO).replace('"4150868000000624001"]', '41508680000006240019]')).subject,
    '41508680000006240019',
  );
  assert.equal(verdictOf('zoho', { ...ZOHO, operation: 'delete' }), 'deleted');
  assert.match(verdictOf('zoho', { ...ZOHO, module: 'Deals' }), /^ignored.*"Deals"/);
});

test('a notification that comes again has the same key, the next change another one', () => {
  const key = (more: object) => single('zoho', { ...ZOHO, ...more }).key;
  assert.equal(key({ token: 'another', channel_id: '5' }), key({}));
  assert.notEqual(key({ server_time: 1760000000001 }), key({}));
  assert.notEqual(key({ operation: 'insert' }), key({}));
  const { server_time: _, ...timeless } = ZOHO;
  assert.equal(single('zoho', timeless).key, single('zoho', timeless).key);
  assert.equal(single('zoho', timeless).observedAt, null);
});

test('a webhook of a workflow says what its author chose, as form or JSON, and never the token', () => {
  const form =
    'Record_Id=4150868000000624001&Email=ana%40example.com&Phone=&Modified_Time=2025-10-09T10%3A53%3A20%2B02%3A00&token=T';
  assert.deepEqual(patchOf('zoho', form, {}, FORM), {
    Record_Id: '4150868000000624001',
    Email: 'ana@example.com',
    Phone: null,
    Modified_Time: '2025-10-09T10:53:20+02:00',
    id: '4150868000000624001',
  });
  const event = single('zoho', form, {}, FORM);
  assert.equal(event.observedAt, Date.UTC(2025, 9, 9, 8, 53, 20));
  assert.equal(single('zoho', form, {}, FORM).key, event.key);
  assert.notEqual(single('zoho', `${form}&x=1`, {}, FORM).key, event.key);
  assert.deepEqual(patchOf('zoho', { Email: 'ana@example.com' }), { Email: 'ana@example.com' });
});

test('what is neither is unusable, with a reason', () => {
  for (const body of [{}, [], null, 5, { token: 'T' }, { ids: 5 }, { ...ZOHO, ids: [{}] }])
    assert.match(verdictOf('zoho', body), /^unusable: ./);
});
