import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLosslessNumber } from 'lossless-json';
import { isObject, parseLossless, toJsonText } from '../../src/contact/json.ts';

test('only numbers that would lose digits stay lossless', () => {
  const value = parseLossless(
    '{"big":9007199254740993,"small":12,"sum":0.30000000000000004,"text":"1234567890123456"}',
  );
  assert.ok(isObject(value));
  assert.ok(isLosslessNumber(value.big ?? null));
  assert.equal(value.small, 12);
  assert.equal(value.sum, 0.1 + 0.2);
  assert.equal(value.text, '1234567890123456');
  assert.ok(isLosslessNumber(parseLossless('0.1234567890123456789')));
  assert.equal(isObject(parseLossless('9007199254740993')), false);
});

test('every digit survives reading and writing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (integer) => {
      const text = `{"a":[${integer},{"b":${integer}}]}`;
      assert.equal(toJsonText(parseLossless(text)), text);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      assert.equal(toJsonText(parseLossless(text)), text);
    }),
  );
});

test('a key named __proto__ is harmless in both parsers, of doubled keys the last counts', () => {
  for (const number of ['1', '12345678901234567890']) {
    const value = parseLossless(`{"__proto__":{"polluted":${number}},"a":1,"a":${number}}`);
    assert.ok(isObject(value));
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal('polluted' in value, false);
    assert.deepEqual(Object.keys(value), ['__proto__', 'a']);
    assert.equal(toJsonText(value.a ?? null), number);
  }
});

test('what is no JSON is a SyntaxError in both parsers', () => {
  for (const text of ['', '{', '1234567890123456,', '[12345678901234567']) {
    assert.throws(() => parseLossless(text), SyntaxError);
  }
});
