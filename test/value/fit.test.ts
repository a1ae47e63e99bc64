import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definitions } from '../../src/contact/attribute.ts';
import { fit } from '../../src/value/fit.ts';
import { shown } from './read.ts';

const DEFINED: Definitions = new Map([
  ['seats', { type: 'number' }],
  ['paying', { type: 'checkbox' }],
  ['renewal', { type: 'date' }],
  ['tier', { type: 'list', options: ['gold', '5'] }],
  ['note', { type: 'text' }],
  ['price', { type: 'currency' }],
]);

test('a typed value is what the account defines, or is refused', () => {
  const rows: [field: string, value: string, becomes: string][] = [
    ['seats', '12.50', '12.50'],
    ['seats', '"12"', '12'],
    ['seats', '"twelve"', '!not-a-number'],
    ['seats', 'true', '!not-a-number'],
    ['paying', 'true', 'true'],
    ['paying', '1', '!not-boolean'],
    ['renewal', '"2024-03-04"', '"2024-03-04"'],
    ['renewal', '"2024-03-12T08:14:00.000Z"', '"2024-03-12T08:14:00.000Z"'],
    ['renewal', '45355', '!not-a-date'],
    ['tier', '"gold"', '"gold"'],
    ['tier', '5', '"5"'],
    ['tier', '["gold"]', '"gold"'],
    ['tier', '"Gold"', '!not-an-option'],
    ['note', '5', '"5"'],
    ['note', 'true', '"true"'],
    ['note', '["a","b"]', '"a, b"'],
    ['price', '5.00', '5.00'],
    ['price', '"5"', '"5"'],
    ['unknown', '9007199254740993', '9007199254740993'],
    ['unknown', 'false', 'false'],
    ['unknown', '["a","b"]', '"a, b"'],
  ];
  for (const [key, value, becomes] of rows) {
    assert.equal(shown(fit(`custom_attributes.${key}`, value, DEFINED)), becomes, `${key} ${value}`);
  }
});

test('plain fields take what they take without a type', () => {
  const rows: [field: string, value: string, becomes: string][] = [
    ['name', '5', '"5"'],
    ['name', JSON.stringify('a'.repeat(256)), '!too-long'],
    ['email', '"ann@example.com"', '"ann@example.com"'],
    ['email', '"ann"', '!email-format'],
    ['phone_number', '"+4915123456789"', '"+4915123456789"'],
    ['phone_number', '4915123456789', '!phone-format'],
    ['identifier', '7', '"7"'],
    ['id', '7', '"7"'],
    ['id', '7.5', '!id-not-a-number'],
    ['blocked', 'true', 'true'],
    ['blocked', '"no"', '!not-boolean'],
    ['avatar_url', '"https://example.com"', '"https://example.com"'],
    ['additional_attributes.city', '5', '"5"'],
    ['additional_attributes.city', JSON.stringify('a'.repeat(256)), '!location-too-long'],
    ['labels', '["vip","b"]', '["b","vip"]'],
    ['labels', '"vip"', '["vip"]'],
    ['labels', '["+vip"]', '!label-format'],
    ['labels', '["a,b"]', '!label-format'],
  ];
  for (const [field, value, becomes] of rows) assert.equal(shown(fit(field, value)), becomes, `${field} ${value}`);
  for (const field of ['name', 'labels', 'id', 'custom_attributes.seats']) {
    assert.equal(fit(field, 'null', DEFINED), 'null');
    assert.equal(fit(field, '', DEFINED), '');
  }
});
