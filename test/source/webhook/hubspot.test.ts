import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliver, patchOf, single, verdictOf } from './deliver.ts';

const CHANGE = {
  eventId: 3816279340,
  subscriptionId: 25,
  portalId: 33,
  appId: 1160452,
  occurredAt: 1760000000000,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: 1246965,
  propertyName: 'firstname',
  propertyValue: 'Zoe',
  changeSource: 'CRM_UI',
  sourceId: 'userId:1',
};
const CREATION = {
  eventId: 3816279999,
  subscriptionId: 22,
  portalId: 33,
  appId: 1160452,
  occurredAt: 1760000000500,
  subscriptionType: 'contact.creation',
  attemptNumber: 0,
  objectId: 1246978,
  changeSource: 'IMPORT',
  changeFlag: 'NEW',
};

test('a delivery is a list: a changed property is a patch of one field, a creation only an id', () => {
  const [change, creation] = deliver('hubspot', [CHANGE, CREATION]);
  assert.equal(change?.observedAt, 1760000000000);
  assert.equal(change.subject, '1246965');
  assert.deepEqual(change.content, {
    type: 'patch',
    values: { firstname: 'Zoe', id: '1246965', hs_object_id: '1246965' },
  });
  assert.equal(creation?.observedAt, 1760000000500);
  assert.deepEqual(creation.content, { type: 'thin', id: '1246978' });
  assert.deepEqual(deliver('hubspot', []), []);
});

test('the generic form and the documented name of the type mean the same', () => {
  const { subscriptionType: _, ...rest } = CHANGE;
  const generic = { ...rest, subscriptionType: 'object.propertyChange', objectTypeId: '0-1' };
  assert.equal(patchOf('hubspot', [generic]).firstname, 'Zoe');
  assert.equal(patchOf('hubspot', [{ ...rest, eventType: 'contact.propertyChange' }]).firstname, 'Zoe');
  assert.match(verdictOf('hubspot', [{ ...generic, objectTypeId: '0-2' }]), /^ignored/);
  assert.match(
    verdictOf('hubspot', [{ ...rest, subscriptionType: 'object.propertyChange' }]),
    /^unusable.*objectTypeId/,
  );
});

test('an empty value empties, a hidden one is no change, a missing one has to be fetched', () => {
  assert.equal(patchOf('hubspot', [{ ...CHANGE, propertyValue: '' }]).firstname, null);
  assert.equal(patchOf('hubspot', [{ ...CHANGE, propertyValue: null }]).firstname, null);
  assert.match(verdictOf('hubspot', [{ ...CHANGE, propertyValue: 'REDACTED' }]), /^ignored.*REDACTED/);
  const { propertyValue: _, ...silent } = CHANGE;
  assert.deepEqual(single('hubspot', [silent]).content, { type: 'thin', id: '1246965' });
});

test('what our own writes caused is a patch like any other', () => {
  for (const changeSource of ['INTEGRATION', 'API'])
    assert.equal(patchOf('hubspot', [{ ...CHANGE, changeSource }]).firstname, 'Zoe');
});

test('no property can take the place of the record id or reach a prototype', () => {
  assert.equal(patchOf('hubspot', [{ ...CHANGE, propertyName: 'id', propertyValue: '7' }]).id, '1246965');
  assert.match(verdictOf('hubspot', [{ ...CHANGE, propertyName: '__proto__' }]), /^unusable/);
  assert.deepEqual(Object.keys(patchOf('hubspot', [{ ...CHANGE, propertyName: 'constructor' }])), [
    'constructor',
    'id',
    'hs_object_id',
  ]);
});

test('deletions are deletions, merges mean the contact that is left', () => {
  for (const kind of ['deletion', 'privacyDeletion'])
    assert.deepEqual(single('hubspot', [{ ...CREATION, subscriptionType: `contact.${kind}` }]).content, {
      type: 'deleted',
    });
  assert.equal(single('hubspot', [{ ...CREATION, subscriptionType: 'contact.restore' }]).content.type, 'thin');
  const merge = {
    ...CREATION,
    subscriptionType: 'contact.merge',
    primaryObjectId: 5,
    mergedObjectIds: [6],
    newObjectId: 7,
  };
  assert.deepEqual(single('hubspot', [merge]).content, { type: 'thin', id: '7' });
  assert.equal(single('hubspot', [merge]).subject, '7');
  const { newObjectId: _, ...older } = merge;
  assert.deepEqual(single('hubspot', [older]).content, { type: 'thin', id: '5' });
  const { primaryObjectId: __, ...nameless } = older;
  assert.match(verdictOf('hubspot', [nameless]), /^unusable/);
  assert.match(verdictOf('hubspot', [{ ...CREATION, subscriptionType: 'contact.associationChange' }]), /^ignored/);
  assert.match(verdictOf('hubspot', [{ ...CREATION, subscriptionType: 'deal.creation' }]), /^ignored.*deal\.creation/);
});

test('a repetition has the same key, another change another one, even with the same eventId', () => {
  const key = (more: object) => single('hubspot', [{ ...CHANGE, ...more }]).key;
  assert.equal(key({ attemptNumber: 3 }), key({}));
  assert.equal(deliver('hubspot', [CREATION, { ...CHANGE, attemptNumber: 1 }])[1]?.key, key({}));
  const others = [
    { occurredAt: 1760000000001 },
    { propertyName: 'email' },
    { objectId: 1 },
    { portalId: 34 },
    { eventId: 1 },
  ];
  assert.equal(new Set([key({}), ...others.map(key)]).size, 6);
});

test('ids beyond 2^53 keep their digits', () => {
  const body = JSON.stringify([CHANGE]).replace('1246965', '706405506930370084');
  assert.equal(patchOf('hubspot', body).id, '706405506930370084');
});

test('what is no event is unusable, with a reason', () => {
  const { objectId: _, ...nobody } = CHANGE;
  const { propertyName: __, ...nameless } = CHANGE;
  for (const event of [
    nobody,
    nameless,
    {},
    null,
    5,
    'x',
    { ...CHANGE, propertyValue: { a: 1 } },
    { ...CHANGE, objectId: {} },
  ])
    assert.match(verdictOf('hubspot', [event]), /^unusable: ./);
  assert.match(
    verdictOf('hubspot', { vid: 5, properties: { email: { value: 'ana@example.com' } } }),
    /^unusable.*preset json/,
  );
});
