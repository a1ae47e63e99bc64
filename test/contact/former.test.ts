import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, formerOf } from '../../src/contact/former.ts';
import { parseLossless } from '../../src/contact/json.ts';
import { toLive } from '../../src/contact/live.ts';

const LIVE = toLive(
  parseLossless(
    '{"id":7,"name":"","email":null,"phone_number":"+15550001","identifier":"crm 7","blocked":true,"custom_attributes":{"big":9007199254740993,"one":1.0,"none":null,"list":[1,"a"]},"additional_attributes":{"city":"Köln"}}',
  ),
)!;

const FORMER: [field: string, text: string | undefined][] = [
  ['name', '""'],
  ['email', 'null'],
  ['phone_number', '"+15550001"'],
  ['identifier', '"crm 7"'],
  ['blocked', 'true'],
  ['custom_attributes.big', '9007199254740993'],
  ['custom_attributes.one', '1.0'],
  ['custom_attributes.none', 'null'],
  ['custom_attributes.list', '[1,"a"]'],
  ['custom_attributes.other', ABSENT],
  ['custom_attributes.__proto__', ABSENT],
  ['additional_attributes.city', '"Köln"'],
  ['additional_attributes.country', ABSENT],
  ['avatar_url', undefined],
];
for (const [field, text] of FORMER) {
  test(`what a contact holds in ${field}, to the letter: ${text ?? 'not known'}`, () => {
    assert.equal(formerOf(field, LIVE), text);
  });
}
