import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchOf, single, verdictOf } from './deliver.ts';

const HASH = 'dcf558aac1ae4e8c4f849ba5e668430d8df9be12';

const FIRST = {
  v: 1,
  event: 'updated.person',
  retry: 0,
  meta: {
    v: 1,
    action: 'updated',
    object: 'person',
    id: 11,
    company_id: 7,
    user_id: 3,
    host: 'acme.pipedrive.com',
    timestamp: 1739827618,
    timestamp_micro: 1739827618595189,
    change_source: 'app',
    is_bulk_update: false,
    webhook_id: '9',
  },
  current: {
    id: 11,
    name: 'Ana',
    email: [{ label: 'work', value: 'ana@example.com', primary: true }],
    phone: [{ label: 'mobile', value: '+49151', primary: true }],
    org_name: 'Acme',
    update_time: '2025-02-17 21:26:58',
  },
  previous: { name: 'An' },
};

const SECOND = {
  data: {
    id: 11,
    name: 'Ana',
    first_name: 'Ana',
    emails: [{ value: 'ana@example.com', primary: true, label: 'work' }],
    phones: [{ value: '+49151', primary: true, label: 'mobile' }],
    org_id: 5,
    custom_fields: { [HASH]: null },
    update_time: '2026-01-14T18:16:56Z',
  },
  previous: { name: 'An' },
  meta: {
    action: 'change',
    entity: 'person',
    entity_id: '11',
    id: '6ba407fc-006d-4556-9804-8298e584a288',
    correlation_id: '...',
    company_id: '7',
    user_id: '3',
    timestamp: '2026-01-14T18:16:56.057Z',
    attempt: 1,
    version: '2.0',
    webhook_id: '18',
    change_source: 'api',
    is_bulk_edit: false,
    type: 'general',
  },
};

const first = (meta: object, more: object = {}) => ({ ...FIRST, ...more, meta: { ...FIRST.meta, ...meta } });
const second = (meta: object, more: object = {}) => ({ ...SECOND, ...more, meta: { ...SECOND.meta, ...meta } });

test('both versions are patches of the whole person, with one address and one number', () => {
  assert.deepEqual(patchOf('pipedrive', FIRST), {
    id: '11',
    name: 'Ana',
    org_name: 'Acme',
    update_time: '2025-02-17 21:26:58',
    email: 'ana@example.com',
    phone: '+49151',
  });
  assert.deepEqual(patchOf('pipedrive', SECOND), {
    id: '11',
    name: 'Ana',
    first_name: 'Ana',
    org_id: 5,
    update_time: '2026-01-14T18:16:56Z',
    [`custom.${HASH}`]: null,
    email: 'ana@example.com',
    phone: '+49151',
  });
  assert.equal(single('pipedrive', FIRST).subject, '11');
});

test('the primary entry counts, else the first filled one; an empty list or entry empties; no list says nothing', () => {
  const phone = (list: unknown) => patchOf('pipedrive', { ...FIRST, current: { id: 11, phone: list } }).phone;
  assert.equal(phone([{ value: '1' }, { value: '2', primary: true }]), '2');
  assert.equal(
    phone([
      { value: '', primary: true },
      { value: '2', primary: false },
    ]),
    '2',
  );
  assert.equal(phone([{ value: '', primary: true }]), null);
  assert.equal(phone([]), null);
  assert.equal(phone(null), null);
  assert.equal(phone([null, 5, { value: 7 }]), null);
  assert.equal(phone('+49151'), '+49151');
  assert.ok(!('phone' in patchOf('pipedrive', { ...FIRST, current: { id: 11, name: 'Ana' } })));
  assert.ok(!('email' in patchOf('pipedrive', { ...SECOND, data: { id: 11, phones: [] } })));
});

test('custom fields stand under custom, whichever version sends them', () => {
  const current = { ...FIRST.current, [HASH]: 'gold', [`${HASH}_currency`]: 'EUR' };
  const values = patchOf('pipedrive', { ...FIRST, current });
  assert.equal(values[`custom.${HASH}`], 'gold');
  assert.equal(values[`custom.${HASH}_currency`], 'EUR');
  const data = { ...SECOND.data, custom_fields: { [HASH]: { value: 5, currency: 'EUR' } } };
  const later = patchOf('pipedrive', { ...SECOND, data });
  assert.equal(later[`custom.${HASH}`], 5);
  assert.equal(later[`custom.${HASH}.currency`], 'EUR');
});

test("times are micros, seconds or ISO, and the record's own as a last resort, which is UTC", () => {
  const at = (body: unknown) => single('pipedrive', body).observedAt;
  assert.equal(at(FIRST), 1739827618595);
  assert.equal(at(first({ timestamp_micro: undefined })), 1739827618000);
  assert.equal(at(first({ timestamp_micro: undefined, timestamp: undefined })), Date.UTC(2025, 1, 17, 21, 26, 58));
  assert.equal(at(SECOND), Date.UTC(2026, 0, 14, 18, 16, 56, 57));
  assert.equal(at(second({ timestamp: '1768414700' })), 1768414700000);
  assert.equal(at(second({ timestamp: 1768414700 })), 1768414700000);
  assert.equal(at(second({ timestamp: 'soon' }, { data: { id: 11 } })), null);
});

test('a deletion, also by a merge, is a deletion; the record that is left is a patch', () => {
  assert.equal(verdictOf('pipedrive', first({ action: 'deleted' }, { current: null })), 'deleted');
  assert.equal(verdictOf('pipedrive', second({ action: 'delete' }, { data: null, merged_to_id: 12 })), 'deleted');
  assert.equal(patchOf('pipedrive', second({}, { merged_from_id: 10 })).id, '11');
  assert.deepEqual(single('pipedrive', first({ action: 'merged' }, { current: null })).content, {
    type: 'thin',
    id: '11',
  });
});

test('other objects and actions are ignored', () => {
  assert.match(verdictOf('pipedrive', first({ object: 'deal' })), /^ignored.*"deal"/);
  assert.match(verdictOf('pipedrive', second({ entity: 'organization' })), /^ignored/);
  assert.match(verdictOf('pipedrive', second({ action: 'viewed' })), /^ignored/);
});

test('a retry has the same key, another change another one', () => {
  const key = (body: unknown) => single('pipedrive', body).key;
  assert.equal(key({ ...FIRST, retry: 2 }), key(FIRST));
  assert.notEqual(key(first({ timestamp_micro: 1739827618595190 })), key(FIRST));
  assert.notEqual(key(first({ id: 12 })), key(FIRST));
  const vague = { timestamp_micro: undefined };
  assert.equal(key(first(vague, { retry: 1 })), key(first(vague)));
  assert.notEqual(key(first(vague, { current: { id: 11, name: 'B' } })), key(first(vague)));
  assert.equal(key(second({ attempt: 4 })), key(SECOND));
  assert.equal(key(SECOND), SECOND.meta.id);
  assert.notEqual(key(second({ id: 'another' })), key(SECOND));
});

test('what is no delivery of Pipedrive is unusable, with a reason', () => {
  const bodies = [
    {},
    [],
    5,
    null,
    { meta: 5 },
    first({ id: undefined }, { current: {} }),
    first({ action: 5 }),
    second({ id: undefined }),
  ];
  for (const body of bodies) assert.match(verdictOf('pipedrive', body), /^unusable: ./);
});
