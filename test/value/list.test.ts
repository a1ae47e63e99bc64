import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingFaults } from '../../src/value/settings-fault.ts';
import { reads } from './read.ts';

test('a list is split, trimmed and holds each entry once', async () => {
  await reads('list', {}, [
    ['a; b;;a ;B', '["a","b"]'],
    [';;', ''],
    ['a, b', '["a, b"]'],
    ['a, b', '["a","b"]', { split: ',' }],
    ['* myContacts ::: Work', '["* myContacts","Work"]', { split: ':::' }],
    ['a;b', '"a, b"', { join: ', ' }],
    ['a', '"a"', { join: ', ' }],
    ['-', '!placeholder'],
    ['a;-', '["a","-"]'],
    ['"VIP","Blog"', '["VIP","Blog"]', { split: ',' }],
    ['"VIP, gold"', '["VIP, gold"]', { split: ',' }],
    ['"VIP" and more', '["\\"VIP\\" and more"]', { split: ',' }],
  ]);
  assert.deepEqual((await settingFaults('list', { split: '' })).length, 1);
  assert.deepEqual(await settingFaults('text', {}), []);
});
