import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSON_PRESET } from '../../config/json-preset.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';

test('settings with all keys, and with values alone, make a preset', () => {
  for (const settings of [
    { values: { email: 'email' } },
    {
      items: 'data[*]',
      id: 'event.id',
      observed_at: 'event["occurred.at"]',
      subject: 'person.id',
      deleted: { path: 'event.deleted', equals: true },
      values: { email: 'person.emails[0]' },
    },
  ])
    assert.equal(presetOf('json', JSON_PRESET.parse(settings)).name, 'json');
});

test('every fault is told at once, with the key it stands at', () => {
  const parsed = JSON_PRESET.safeParse({
    items: 'a..b',
    id: 'a[*]',
    subject: '',
    deleted: { path: 'x' },
    values: { email: 'a[', name: 5 },
    extra: 1,
  });
  assert.ok(!parsed.success);
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  for (const pattern of [
    /^items: "a\.\.b" is no JSON path at character 2: write it like/m,
    /^id: leads to several values/m,
    /^subject: /m,
    /^deleted\.equals: /m,
    /^values\.email: "a\[" is no JSON path at character 2/m,
    /^values\.name: /m,
    /extra/,
  ])
    assert.match(faults, pattern);
});

test('at least one value is wanted, and a name that reaches a prototype is none', () => {
  assert.ok(!JSON_PRESET.safeParse({}).success);
  assert.ok(!JSON_PRESET.safeParse({ values: {} }).success);
  const parsed = JSON_PRESET.parse(JSON.parse('{"values":{"__proto__":"a","b":"b"}}'));
  assert.deepEqual(Object.entries(parsed.values), [['b', 'b']]);
  assert.ok(!JSON_PRESET.safeParse(JSON.parse('{"values":{"__proto__":"a"}}')).success);
});
