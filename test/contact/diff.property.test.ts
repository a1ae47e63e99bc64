import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBody } from '../../src/contact/body.ts';
import { diff } from '../../src/contact/diff.ts';
import { isObject, type Json, parseLossless, toJsonText } from '../../src/contact/json.ts';
import { type LiveContact, toLive } from '../../src/contact/live.ts';
import type { Patch } from '../../src/contact/patch.ts';
import { dropNulls } from '../../src/contact/value.ts';

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer().map(String),
  fc.constantFrom('42', '42.0', '007', 'true', 'TRUE', 'no', '', '2024-03-04', '2024-03-04T00:00:00.000Z', '0.10'),
);
const attributeText = fc.oneof(
  scalar.map((text) => JSON.stringify(text)),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.constantFrom('null', 'true', 'false', '42', '42.0', '1e3', '[1,null,[null]]', '{"b":1,"a":[null]}'),
);
const plainText = fc.option(scalar, { nil: null }).map((text) => JSON.stringify(text));
const key = fc.constantFrom('plan', 'tier', '__proto__', 'constructor', 'a.b', 'avatar_url_hash');
const attributes = (object: string) =>
  fc
    .uniqueArray(fc.tuple(key, attributeText), { selector: ([name]) => name, maxLength: 4 })
    .map((entries) => entries.map(([name, text]): [string, string] => [`${object}.${name}`, text]));
const patches: fc.Arbitrary<Patch> = fc
  .tuple(
    fc.record(
      {
        name: plainText,
        email: plainText,
        phone_number: plainText,
        identifier: plainText,
        blocked: fc.constantFrom('true', 'false'),
        avatar_url: fc.webUrl().map((url) => JSON.stringify(url)),
      },
      { requiredKeys: [] },
    ),
    attributes('custom_attributes'),
    attributes('additional_attributes'),
  )
  .map(([plain, custom, additional]) => Object.fromEntries([...Object.entries(plain), ...custom, ...additional]));

const EMPTY: LiveContact = {
  id: 1,
  name: null,
  email: null,
  phone_number: null,
  identifier: null,
  blocked: false,
  custom_attributes: {},
  additional_attributes: {},
};

/** What the desk does with the calls of a patch (contacts_controller.rb, contact.rb; desk.md on nulls in arrays). */
function applied(patch: Patch, live: LiveContact): LiveContact {
  const { body, clear } = toBody(patch);
  const sent = body === '' ? {} : parseLossless(body);
  assert.ok(isObject(sent));
  const merged: { [key: string]: Json } = { ...live };
  for (const [field, value] of Object.entries(sent)) {
    const held = merged[field];
    if (isObject(value) && isObject(held)) {
      merged[field] = Object.fromEntries([...Object.entries(held), ...Object.entries(dropNulls(value) as object)]);
    } else if (field === 'email') merged.email = value === '' || value === null ? null : String(value).toLowerCase();
    else if (field === 'avatar_url') {
      const hash = createHash('sha256').update(String(value)).digest('hex');
      merged.additional_attributes = { ...(merged.additional_attributes as object), avatar_url_hash: hash };
    } else merged[field] = value;
  }
  const custom = Object.entries(merged.custom_attributes as object).filter(([name]) => !clear.includes(name));
  merged.custom_attributes = Object.fromEntries(custom);
  const after = toLive(parseLossless(toJsonText(merged)));
  assert.ok(after);
  return after;
}

test('what was written is no difference any more', () => {
  fc.assert(
    fc.property(patches, patches, (before, wanted) => {
      const live = applied(before, EMPTY);
      assert.deepEqual(diff(wanted, applied(diff(wanted, live), live)), {});
    }),
    { numRuns: 2_000 },
  );
});

test('a difference only names fields of the patch, and is valid JSON text', () => {
  fc.assert(
    fc.property(patches, patches, (before, wanted) => {
      const difference = diff(wanted, applied(before, EMPTY));
      for (const [field, text] of Object.entries(difference)) {
        assert.ok(Object.hasOwn(wanted, field));
        parseLossless(text);
      }
    }),
  );
});
