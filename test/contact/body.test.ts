import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBody } from '../../src/contact/body.ts';

test('attributes are grouped, cleared custom attributes go to their own call', () => {
  const patch = {
    'custom_attributes.plan': '"pro"',
    name: '"Ann"',
    'additional_attributes.city': 'null',
    'custom_attributes.old': 'null',
    email: 'null',
    'custom_attributes.a.b': '9007199254740993',
    'additional_attributes.__proto__': '"x"',
  };
  assert.deepEqual(toBody(patch), {
    body: '{"name":"Ann","email":null,"custom_attributes":{"plan":"pro","a.b":9007199254740993},"additional_attributes":{"city":null,"__proto__":"x"}}',
    clear: ['old'],
  });
});

test('no body when only clears remain, or nothing', () => {
  assert.deepEqual(toBody({ 'custom_attributes.a': 'null', 'custom_attributes.b': 'null' }), {
    body: '',
    clear: ['a', 'b'],
  });
  assert.deepEqual(toBody({}), { body: '', clear: [] });
});

test('keys are escaped', () => {
  assert.equal(toBody({ 'custom_attributes."q"\n': '1' }).body, '{"custom_attributes":{"\\"q\\"\\n":1}}');
});
