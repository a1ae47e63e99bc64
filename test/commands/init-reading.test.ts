import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingSaid } from '../../src/commands/init-reading.ts';

test('what init is told of a file is written down as it was given, and read by its one name', () => {
  const { read, config } = readingSaid({ encoding: 'Latin1', delimiter: 'tab' });
  assert.deepEqual(read, { encoding: 'Latin1', delimiter: 'tab' });
  assert.deepEqual([config.encoding, config.delimiter], ['windows-1252', '\t']);
  assert.deepEqual(readingSaid({}).read, {});
});

test('what no file can be read by is refused with its flag', () => {
  assert.throws(() => readingSaid({ encoding: 'klingon', delimiter: ',,' }), {
    name: 'Refusal',
    message:
      /^--encoding: is no encoding that can be read: use auto, .*\.\n--delimiter: is no delimiter: use auto, tab or .*\.$/,
  });
});
