import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { diff } from '../../src/contact/diff.ts';
import { parseLossless } from '../../src/contact/json.ts';
import { type LiveContact, toLive } from '../../src/contact/live.ts';

function live(fields: string): LiveContact {
  const contact = toLive(parseLossless(`{"id":1,${fields}}`));
  assert.ok(contact);
  return contact;
}

/** What is sent for an attribute: undefined when it is held already. */
function attribute(wanted: string, held: string | undefined, object = 'custom_attributes'): string | undefined {
  const contact = live(`"${object}":{${held === undefined ? '' : `"k":${held}`}}`);
  return diff({ [`${object}.k`]: wanted }, contact)[`${object}.k`];
}

test('text fields: blank and null are the same, e-mail whatever its case', () => {
  const contact = live('"name":"Ann","email":"Ann@B.c","phone_number":"","identifier":null');
  const same = { name: '"Ann"', email: '"ann@b.C"', phone_number: 'null', identifier: '""' };
  assert.deepEqual(diff(same, contact), {});
  assert.deepEqual(diff({ name: '"ann"', email: 'null', phone_number: '"+12"', identifier: '"x"' }, contact), {
    name: '"ann"',
    email: 'null',
    phone_number: '"+12"',
    identifier: '"x"',
  });
});

test('a blank e-mail, phone or identifier is sent as null, a blank name as it is', () => {
  const contact = live('"name":"Ann","email":"a@b.c","phone_number":"+12","identifier":"x"');
  assert.deepEqual(diff({ name: '""', email: '""', phone_number: '""', identifier: '""' }, contact), {
    name: '""',
    email: 'null',
    phone_number: 'null',
    identifier: 'null',
  });
  assert.deepEqual(diff({ name: 'null' }, contact), { name: 'null' });
});

test('the key the contact was matched by is never sent', () => {
  const contact = live('"email":"a@b.c","phone_number":"tel:+4915112345678"');
  assert.deepEqual(diff({ phone_number: '"+4915112345678"', email: '"x@y.z"' }, contact, 'phone_number'), {
    email: '"x@y.z"',
  });
});

test('blocked is sent as a boolean, never as null', () => {
  assert.deepEqual(diff({ blocked: 'true' }, live('"blocked":false')), { blocked: 'true' });
  assert.deepEqual(diff({ blocked: '"True"' }, live('"blocked":false')), { blocked: 'true' });
  assert.deepEqual(diff({ blocked: 'true' }, live('"blocked":true')), {});
  assert.deepEqual(diff({ blocked: 'false' }, live('"blocked":null')), {});
  assert.deepEqual(diff({ blocked: 'null' }, live('"blocked":true')), {});
});

test('an avatar is compared by the digest that the desk keeps', () => {
  const url = 'https://example.com/a.png';
  const hash = createHash('sha256').update(url).digest('hex');
  const wanted = { avatar_url: JSON.stringify(url) };
  assert.deepEqual(diff(wanted, live(`"additional_attributes":{"avatar_url_hash":"${hash}"}`)), {});
  assert.deepEqual(diff(wanted, live('"additional_attributes":{"avatar_url_hash":"00"}')), wanted);
  assert.deepEqual(diff(wanted, live('"additional_attributes":{}')), wanted);
  assert.deepEqual(diff({ avatar_url: 'null' }, live('"name":""')), {});
});

test('the bookkeeping of the desk is never a difference', () => {
  const patch = { 'additional_attributes.avatar_url_hash': '"x"', 'additional_attributes.last_avatar_sync_at': 'null' };
  assert.deepEqual(diff(patch, live('"additional_attributes":{"last_avatar_sync_at":"2026"}')), {});
});

test('attributes hold the same value whatever its type', () => {
  const same: [string, string][] = [
    ['42', '"42"'],
    ['"42"', '42'],
    ['42.0', '42'],
    ['"42.0"', '42'],
    ['"19.90"', '19.9'],
    ['-0', '0'],
    ['1e3', '1000'],
    ['true', '"true"'],
    ['"TRUE"', 'true'],
    ['9007199254740993', '9007199254740993'],
    ['"9007199254740993"', '9007199254740993'],
    ['0.1234567890123456789', '0.12345678901234568'],
    ['"2024-03-04"', '"2024-03-04T00:00:00.000Z"'],
    ['"2024-03-04T00:00:00Z"', '"2024-03-04"'],
    ['"2024-03-04T01:00:00+01:00"', '"2024-03-04T00:00:00.000Z"'],
    ['{"a":1,"b":[2,{"c":null}]}', '{"b":[2,{"c":null}],"a":1}'],
    ['[1,null,"a"]', '[1,"a"]'],
    ['[1,"a"]', '[null,1,"a",null]'],
    ['{"x":[null]}', '{"x":[]}'],
    ['null', 'null'],
  ];
  for (const [wanted, held] of same) assert.equal(attribute(wanted, held), undefined, `${wanted} ${held}`);
  assert.equal(attribute('null', undefined), undefined);
  assert.equal(attribute('"x"', '"x"', 'additional_attributes'), undefined);
});

test('what differs is sent, in the type that is held where the text allows it', () => {
  const different: [wanted: string, held: string | undefined, sent: string][] = [
    ['"43"', '42', '43'],
    ['"0.50"', '42', '0.50'],
    ['"007"', '7', '"007"'],
    ['" 7"', '42', '" 7"'],
    ['"false"', 'true', 'false'],
    ['"False"', 'true', 'false'],
    ['"no"', 'true', '"no"'],
    ['"1"', 'true', '"1"'],
    ['"43"', '"42"', '"43"'],
    ['43', '"42"', '43'],
    ['"true"', undefined, '"true"'],
    ['"x"', 'null', '"x"'],
    ['""', 'null', '""'],
    ['null', '""', 'null'],
    ['null', '0', 'null'],
    ['9007199254740993', '9007199254740992', '9007199254740993'],
    ['"9007199254740993"', '9007199254740992', '9007199254740993'],
    ['"42.0"', '"42"', '"42.0"'],
    ['"2024-03-04"', '"2024-03-04T00:00:01Z"', '"2024-03-04"'],
    ['"2024-03-04"', '"2024-03-04T00:00:00"', '"2024-03-04"'],
    ['"2024-03-04"', '"2024-03-05"', '"2024-03-04"'],
    ['[1,null,2]', '[1]', '[1,2]'],
    ['{"a":[12345678901234567890,null]}', '{}', '{"a":[12345678901234567890]}'],
    ['{"a":null}', '{}', '{"a":null}'],
    ['["1"]', '[1]', '["1"]'],
    ['{"a":1}', '{"__proto__":1}', '{"a":1}'],
    ['true', '1', 'true'],
  ];
  for (const [wanted, held, sent] of different) assert.equal(attribute(wanted, held), sent, `${wanted} ${held}`);
});

test('keys of Object.prototype are keys like any other', () => {
  const patch = { 'custom_attributes.constructor': '"x"', 'custom_attributes.__proto__': 'null' };
  assert.deepEqual(diff(patch, live('"custom_attributes":{}')), { 'custom_attributes.constructor': '"x"' });
});

test('a field that does not exist is a fault of the code', () => {
  assert.throws(() => diff({ nick: '"x"' }, live('"name":""')), /nick is no field/);
});
