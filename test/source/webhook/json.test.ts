import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonPreset } from '../../../src/source/webhook/presets/json.ts';
import { deliver, patchOf, single, verdictOf } from './deliver.ts';

const SETTINGS = {
  items: 'data.rows[*]',
  id: 'meta.event',
  observed_at: 'meta.at',
  subject: 'person.key',
  deleted: { path: 'meta.op', equals: 'D' },
  values: { mail: 'person.mails[0].value', plan: 'person["plan.name"]', tags: 'person.tags' },
};
const PERSON = {
  key: 706,
  mails: [{ value: 'ana@example.com' }, { value: 'b' }],
  'plan.name': 'pro',
  tags: ['a', 'b'],
};
const ROW = { meta: { event: 'e1', at: 1760000000, op: 'U' }, person: PERSON };

const preset = jsonPreset(SETTINGS);
const body = (...rows: unknown[]) => ({ data: { rows } });

test('every item is an event, and every value is where its path leads', () => {
  const [first, second] = deliver(preset, body(ROW, { ...ROW, meta: { ...ROW.meta, event: 'e2', op: 'D' } }));
  assert.deepEqual(first, {
    key: 'e1',
    observedAt: 1760000000000,
    subject: '706',
    content: { type: 'patch', values: { id: '706', mail: 'ana@example.com', plan: 'pro', tags: 'a, b' } },
  });
  assert.deepEqual([second?.key, second?.content], ['e2', { type: 'deleted' }]);
});

test('absent and empty say nothing, null clears', () => {
  const person = { key: 706, mails: [{ value: '' }], 'plan.name': null };
  assert.deepEqual(patchOf(preset, body({ ...ROW, person })), { id: '706', plan: null });
});

test('without a path for the items the body is one, or a list of them', () => {
  const flat = jsonPreset({ values: { email: 'email' } });
  assert.deepEqual(patchOf(flat, { email: 'a@b.de' }), { email: 'a@b.de' });
  const events = deliver(flat, [{ email: 'a@b.de' }, { email: 'a@b.de' }]);
  assert.equal(new Set(events.map(({ key }) => key)).size, 2);
  assert.deepEqual(deliver(flat, [{ email: 'a@b.de' }, { email: 'a@b.de' }]), events);
  assert.equal(single(flat, { email: 'a@b.de' }, { 'webhook-id': 'm' }).key, 'm');
  assert.equal(events[0]?.subject, null);
});

test('a number or truth value that marks a deletion is compared as text, because forms know nothing else', () => {
  const gone = (equals: string | number | boolean) =>
    jsonPreset({ subject: 'id', deleted: { path: 'gone', equals }, values: { id: 'id' } });
  assert.equal(verdictOf(gone(true), { id: 1, gone: true }), 'deleted');
  assert.equal(verdictOf(gone(true), 'id=1&gone=true', {}, 'application/x-www-form-urlencoded'), 'deleted');
  assert.equal(verdictOf(gone(1), { id: 1, gone: '1' }), 'deleted');
  assert.equal(verdictOf(gone(1), { id: 1 }), 'patch');
  assert.match(verdictOf(gone(true), { gone: true }), /^unusable.*setting subject/);
});

test('an empty list is a delivery without events; items that are not there are a fault', () => {
  assert.deepEqual(deliver(preset, body()), []);
  for (const other of [{}, { data: 5 }, { data: { rows: 'x' } }, null, []])
    assert.match(verdictOf(preset, other), /^unusable.*setting items/);
  assert.match(
    verdictOf(jsonPreset({ items: 'rows', values: { a: 'a' } }), { rows: [{ a: 1 }] }),
    /^unusable.*setting items/,
  );
});

test('an item without values, or with a group where a value is wanted, is unusable', () => {
  assert.match(verdictOf(preset, body({})), /^unusable.*setting values/);
  assert.match(verdictOf(preset, body(5)), /^unusable/);
  const person = { ...PERSON, tags: { a: 1 } };
  assert.match(verdictOf(preset, body({ ...ROW, person })), /^unusable.*"tags".*no single value/);
});

test('what it may carry is told from the settings', () => {
  assert.deepEqual(preset.fields, {
    id: 'record id, from person.key',
    mail: 'what stands at person.mails[0].value',
    plan: 'what stands at person["plan.name"]',
    tags: 'what stands at person.tags',
  });
  assert.deepEqual(jsonPreset({ subject: 'x', values: { id: 'y' } }).fields, { id: 'what stands at y' });
});

test('a path that is none, or leads to several values, is a fault of the settings', () => {
  for (const [path, pattern] of [
    ['a..b', /character 2/],
    ['.a', /character 1/],
    ['a.', /character 2/],
    ['a[x]', /character 2/],
    ['a[0', /character 2/],
    ['a[-1]', /character 2/],
    ['a[0]b', /character 5/],
    ['a]', /character 2/],
    ['$.a[?(@.b)]', /character 4/],
    ['a[*].b', /several values/],
  ] as const)
    assert.throws(() => jsonPreset({ values: { a: path } }), pattern, path);
  assert.throws(() => jsonPreset({ deleted: { path: 'a[*]', equals: 1 }, values: { a: 'a' } }), /deleted\.path/);
});

test('a path follows what an object holds itself, never what it inherits', () => {
  const inherited = jsonPreset({ values: { a: 'constructor.name', e: 'toString', b: 'b.length', c: 'c[5]', d: 'd' } });
  assert.deepEqual(patchOf(inherited, { b: [1], c: [1], d: 1 }), { d: 1 });
});
