import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presetOf } from '../../../src/source/webhook/presets/preset.ts';
import { deliver, patchOf, single, verdictOf } from './deliver.ts';

const IDENTIFY = {
  type: 'identify',
  userId: 'u1',
  anonymousId: 'a1',
  messageId: 'm1',
  timestamp: '2025-10-09T08:53:20.276Z',
  traits: { email: 'ana@example.com', firstName: 'Ana', phone: '+49151' },
  context: {},
};

test('identify is a patch of the traits, with the ids of the person', () => {
  assert.deepEqual(single('segment', IDENTIFY), {
    key: 'm1',
    observedAt: Date.UTC(2025, 9, 9, 8, 53, 20, 276),
    subject: 'u1',
    content: {
      type: 'patch',
      values: { email: 'ana@example.com', firstName: 'Ana', phone: '+49151', anonymous_id: 'a1', id: 'u1' },
    },
  });
});

test('traits are scalars: deeper ones with dots, lists of scalars as one text, lists of objects not at all', () => {
  const traits = {
    address: { city: 'Ulm', geo: { lat: 1.5 } },
    tags: ['a', 'b', null, 3],
    none: [],
    orders: [{ id: 1 }],
    active: false,
    note: '',
    gone: null,
    empty: {},
    id: 'not mine',
  };
  assert.deepEqual(patchOf('segment', { ...IDENTIFY, anonymousId: null, traits }), {
    'address.city': 'Ulm',
    'address.geo.lat': 1.5,
    tags: 'a, b, 3',
    none: null,
    active: false,
    note: null,
    gone: null,
    id: 'u1',
  });
});

test('a trait that would reach a prototype is dropped, also when nobody pruned the body', () => {
  const traits = JSON.parse('{"__proto__":{"admin":true},"a":{"__proto__":"x","b":1}}') as object;
  const [event] = presetOf('segment').read({ body: { ...IDENTIFY, traits }, headers: {}, raw: Buffer.from('') });
  assert.ok(event?.content.type === 'patch');
  assert.deepEqual(Object.keys(event.content.values), ['a.b', 'anonymous_id', 'id']);
});

test("RudderStack puts the traits into the context; the event's own go first", () => {
  const { traits: _, ...bare } = IDENTIFY;
  const context = { traits: { email: 'old@example.com', plan: 'pro' } };
  assert.equal(patchOf('segment', { ...bare, context }).plan, 'pro');
  assert.equal(patchOf('segment', { ...IDENTIFY, context }).email, 'ana@example.com');
  const { timestamp: __, ...untimed } = IDENTIFY;
  const late = { ...untimed, originalTimestamp: '2025-10-09T08:53:20.276Z' };
  assert.equal(single('segment', late).observedAt, Date.UTC(2025, 9, 9, 8, 53, 20, 276));
});

test('a browser that nobody is known behind is a patch without a record', () => {
  const { userId: _, ...anonymous } = IDENTIFY;
  assert.equal(single('segment', anonymous).subject, null);
  assert.ok(!('id' in patchOf('segment', anonymous)));
});

test('delete is a deletion, the rest of the family is ignored', () => {
  assert.deepEqual(single('segment', { type: 'delete', userId: 'u1', messageId: 'm2' }).content, { type: 'deleted' });
  assert.match(verdictOf('segment', { type: 'delete', messageId: 'm2' }), /^unusable/);
  for (const type of ['group', 'track', 'alias', 'page', 'screen'])
    assert.match(verdictOf('segment', { ...IDENTIFY, type }), /^ignored/);
  assert.match(verdictOf('segment', { type: 'identify', userId: 'u1' }), /^ignored.*no traits/);
});

test('a batch is a list; the key is the message, and without one the bytes and the place', () => {
  const batch = deliver('segment', [IDENTIFY, { ...IDENTIFY, messageId: 'm2' }]);
  assert.deepEqual(
    batch.map(({ key }) => key),
    ['m1', 'm2'],
  );
  const { messageId: _, ...nameless } = IDENTIFY;
  const twice = deliver('segment', [nameless, nameless]);
  assert.deepEqual(deliver('segment', [nameless, nameless]), twice);
  assert.notEqual(twice[0]?.key, twice[1]?.key);
  assert.notEqual(single('segment', { ...nameless, userId: 'u2' }).key, single('segment', nameless).key);
});

test('what is no event is unusable, with a reason', () => {
  for (const body of [{}, null, 5, { type: 5 }]) assert.match(verdictOf('segment', body), /^unusable: ./);
});
