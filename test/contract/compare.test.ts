import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf, fill } from './compare.ts';

const answer = (value: unknown, status = 200, type = 'application/json') => ({
  status,
  type,
  text: typeof value === 'string' ? value : JSON.stringify(value),
});
const recorded = (body: unknown) => ({ status: 200, type: 'application/json', body });

test('equal answers have no differences, whatever the order of keys', () => {
  assert.deepEqual(
    differencesOf(recorded({ a: 1, b: [1, { c: null }] }), answer({ b: [1, { c: null }], a: 1 }), {}),
    [],
  );
});

test('every kind of difference is found', () => {
  const cases: [expected: unknown, actual: unknown][] = [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: '1' }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: null }, {}],
    [{ a: '<any>' }, {}],
    [{ a: [] }, { a: [1] }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: {} }, { a: [] }],
    [{ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }],
    ['', 'text'],
    [{ a: '{ann}' }, { a: 8 }],
    [{ a: '<3 x>' }, { a: 'xx' }],
    [{ '<contains>': '"big":9', '<found>': true }, '{"big":8}'],
  ];
  for (const [expected, actual] of cases) {
    const found = differencesOf(recorded(expected), answer(actual), { ann: 7 });
    assert.equal(found.length > 0, true, JSON.stringify([expected, actual]));
  }
});

test('status and media type count', () => {
  assert.match(differencesOf(recorded({}), answer({}, 201), {})[0] ?? '', /status/);
  assert.match(differencesOf(recorded({}), answer({}, 200, 'text/html'), {})[0] ?? '', /type/);
});

test('only the meta of an unordered answer is compared', () => {
  const expected = recorded({ meta: { count: 1 }, payload: [1] });
  assert.deepEqual(differencesOf(expected, answer({ meta: { count: 1 }, payload: [2] }), {}, true), []);
  assert.equal(differencesOf(expected, answer({ meta: { count: 2 }, payload: [1] }), {}, true).length, 1);
});

test('variables keep their type alone and become text inside', () => {
  assert.deepEqual(fill({ a: '{id}', b: '/x/{id}', c: '{unknown}' }, { id: 5 }), { a: 5, b: '/x/5', c: '{unknown}' });
});
