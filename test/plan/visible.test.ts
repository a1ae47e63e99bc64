import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ARROW, besides, visible } from '../../src/plan/visible.ts';
import { displayWidth } from '../../src/report/layout.ts';

test('what cannot be seen is written as JSON writes it', () => {
  assert.equal(visible('"a\u00a0b\u200b\u202e\u009b2J\ufeff"'), '"a\\u00a0b\\u200b\\u202e\\u009b2J\\ufeff"');
  assert.equal(visible('"\u{e0041}"'), '"\\u{e0041}"');
  assert.equal(visible('"नमस्ते שלום 👩‍💻 連絡先"'), '"नमस्ते שלום 👩‍💻 連絡先"');
});

test('short values stay whole and a short one leaves its room to the other', () => {
  assert.deepEqual(besides('"free"', '"pro"', 20), { before: '"free"', after: '"pro"' });
  assert.deepEqual(besides('""', '"abcdefghijkl"', 19), { before: '""', after: '"abcdefghijkl"' });
});

test('long values that begin alike are shown from just before their difference', () => {
  const [before, after] = [`"${'a'.repeat(500)}left"`, `"${'a'.repeat(500)}right"`];
  assert.deepEqual(besides(before, after, 43), { before: '…aaaaaaleft"', after: '…aaaaaaright"' });
});

test('two values never take more than their room, and as long as there is some they never look the same', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom('a', 'é', '連', '😀', '\u0301'), maxLength: 80 }),
  );
  fc.assert(
    fc.property(value, value, value, fc.integer({ min: 33, max: 120 }), (start, a, b, room) => {
      const [before, after] = [visible(JSON.stringify(start + a)), visible(JSON.stringify(start + b))];
      const shown = besides(before, after, room);
      assert.ok(displayWidth(shown.before + ARROW + shown.after) <= room);
      for (const text of [shown.before, shown.after]) assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u00a0]/);
      if (before !== after) assert.notEqual(shown.before, shown.after);
    }),
    { numRuns: 500 },
  );
});
