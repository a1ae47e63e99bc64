import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar, clip, displayWidth, wrap } from '../../src/report/layout.ts';

test('widths count columns, not code units', () => {
  assert.equal(displayWidth('naïve'), 5);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('連絡先'), 6);
  assert.equal(clip('連絡先.csv', 6), '連絡…');
  assert.equal(clip('short', 5), 'short');
});

test('wrapped lines keep a number with what it counts', () => {
  assert.deepEqual(wrap('12 merged + 3 stale + 41 not_found', 13), ['12 merged', '+ 3 stale', '+ 41 not_found']);
});

test('a bar shows at least a sliver of anything there is, and is full only when it is', () => {
  assert.equal(bar(0, 4), '');
  assert.equal(bar(0.0001, 4), '▏');
  assert.equal(bar(0.5, 4), '██');
  assert.equal(bar(1.5, 4), '████');
});
