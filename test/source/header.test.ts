import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHeader } from '../../src/source/csv/header.ts';
import { SourceError } from '../../src/source/error.ts';

test('names are trimmed, normalised and given a stand-in when empty', () => {
  assert.deepEqual(checkHeader([' id ', 'E\u00a0 Mail', '', 'ｎａｍｅ', '  ']), [
    'id',
    'E Mail',
    '(column 3)',
    'name',
    '(column 5)',
  ]);
});

test('no name at all is no header', () => {
  assert.throws(() => checkHeader(['', ' '], 'a.csv'), { code: 'no-header', place: 'a.csv' });
});

test('names that stand twice are listed with their positions', () => {
  assert.throws(
    () => checkHeader(['id', 'Phone', 'name', 'Phone ', 'name', 'Phone'], 'a.csv'),
    (error) => {
      assert.ok(error instanceof SourceError);
      assert.equal(error.code, 'duplicate-header');
      assert.match(error.message, /"Phone" \(columns 2, 4, 6\); "name" \(columns 3, 5\)\. Rename/);
      return true;
    },
  );
  assert.deepEqual(checkHeader(['__proto__', 'constructor']), ['__proto__', 'constructor']);
});
