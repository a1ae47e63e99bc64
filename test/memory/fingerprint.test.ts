import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLossless } from '../../src/contact/json.ts';
import { sameValue } from '../../src/contact/value.ts';
import { canonical, fingerprint, keyOf } from '../../src/memory/fingerprint.ts';

const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.stringMatching(/^\d{1,20}$/)).map(([a, b]) => `${a}.${b}`),
  fc.constantFrom('-0', '0', '5', '5.0', '0.0000001', '-0.0', '12345678901.12345678901'),
);
const literal = fc.oneof(number, fc.constantFrom('true', 'false', 'TRUE', 'null', '007', '1e3', '+5', ' 5', '5 ', ''));
/** JSON texts, most of them of few values, so that many pairs are the same. */
const jsonText = fc.oneof(
  number,
  literal.map((text) => JSON.stringify(text)),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.constantFrom('true', 'false', 'null', '1e3', '"\\u0035"', '{"a":1}', '["5"]', '[5]'),
);
/** Two that may be the same: a value beside itself in quotes, or any other. */
const pair = fc.oneof(
  number.map((text): [string, string] => [text, `"${text}"`]),
  fc.tuple(literal, fc.boolean()).map(([text, lower]): [string, string] => {
    const quoted = JSON.stringify(text);
    return [quoted, lower ? quoted.toLowerCase() : quoted];
  }),
  fc.tuple(jsonText, jsonText),
);

test('values with one canonical text are the same to whoever compares them', () => {
  let equal = 0;
  fc.assert(
    fc.property(pair, ([a, b]) => {
      if (canonical(a) !== canonical(b)) return;
      equal += 1;
      assert.ok(sameValue(parseLossless(a), parseLossless(b)), `${a} and ${b}`);
      assert.ok(sameValue(parseLossless(b), parseLossless(a)), `${b} and ${a}`);
    }),
    { numRuns: 5_000 },
  );
  assert.ok(equal > 1_000, `only ${equal} pairs were compared`);
});

test('a number or boolean is the same as its text, and nothing else is', () => {
  for (const text of ['5', '-12.50', '0', 'true', 'false']) assert.equal(canonical(`"${text}"`), canonical(text));
  for (const text of ['007', 'TRUE', '1e3', '+5', ' 5', '', 'null', 'NaN'])
    assert.equal(canonical(JSON.stringify(text)), JSON.stringify(text));
  assert.notEqual(canonical('"5.0"'), canonical('5'));
});

test('fingerprints are six bytes, equal for what is the same and different for what is not', () => {
  assert.equal(fingerprint('"5"'), fingerprint('5'));
  const all = new Set(Array.from({ length: 10_000 }, (_, i) => fingerprint(JSON.stringify(`value ${i}`))));
  assert.equal(all.size, 10_000);
  for (const one of all) assert.match(one, /^[\0-\xff]{6}$/);
});

test('a key is its bucket and eight bytes of its kind and value; an e-mail is the same in capitals, an identifier is not', () => {
  assert.match(keyOf('email', 'a@b.test'), /^[\da-f]{4}[\0-\xff]{8}$/);
  assert.equal(keyOf('email', 'A@b.test'), keyOf('email', 'a@B.test'));
  assert.notEqual(keyOf('identifier', 'A'), keyOf('identifier', 'a'));
  assert.notEqual(keyOf('identifier', '+491'), keyOf('phone_number', '+491'));
});
