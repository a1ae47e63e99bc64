import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBody } from '../../../src/source/webhook/parse.ts';

const FORM = 'application/x-www-form-urlencoded';

test('JSON comes out as it is, with any JSON content type and with none', () => {
  for (const type of [
    'application/json',
    'application/json; charset=UTF-8',
    'application/vnd.api+json',
    'text/json',
    undefined,
  ])
    assert.deepEqual(value('{"a":[1,null,"ä",true,0.5]}', type), { a: [1, null, 'ä', true, 0.5] });
});

test('integers that a double cannot keep are texts with all their digits; safe ones and fractions stay numbers', () => {
  const body =
    '{"id":706405506930370084,"n":-9007199254740993,"safe":9007199254740991,"f":1234567890.1234567,"e":1e3,"huge":1e400}';
  assert.deepEqual(value(body), {
    id: '706405506930370084',
    n: '-9007199254740993',
    safe: 9007199254740991,
    f: 1234567890.1234567,
    e: 1000,
    huge: '1e400',
  });
});

test('every integer comes out with its own digits, wherever it stands', () => {
  const places = [
    (n: string) => n,
    (n: string) => `[1,${n}]`,
    (n: string) => `[\n${n} ]`,
    (n: string) => `{"a" :${n}}`,
  ];
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 80n), 2n ** 80n), fc.constantFrom(...places), (integer, place) => {
      const found = [value(place(String(integer)))].flat().at(-1);
      assert.equal(String(found instanceof Object ? Object.values(found)[0] : found), String(integer));
    }),
  );
});

test('of a name that stands twice the last value counts, with many digits as well', () => {
  assert.deepEqual(value('{"a":1,"a":2}'), { a: 2 });
  assert.deepEqual(value('{"a":1,"a":2,"id":706405506930370084}'), { a: 2, id: '706405506930370084' });
});

test('names that reach a prototype are dropped at any depth, and the rest counts', () => {
  for (const digits of ['1', '706405506930370084']) {
    const parsed = value(
      `{"__proto__":{"admin":true},"\\u005f_proto__":1,"list":[{"__proto__":{"x":1},"y":2}],"constructor":{"prototype":{"z":1}},"d":${digits}}`,
    ) as Record<string, unknown>;
    assert.deepEqual(Object.keys(parsed), ['list', 'd']);
    assert.deepEqual(parsed.list, [{ y: 2 }]);
    assert.equal((parsed as { admin?: unknown }).admin, undefined);
  }
  assert.equal(({} as { admin?: unknown }).admin, undefined);
  assert.deepEqual(Object.entries(value('{"constructor":"Ferrari"}') as object), [['constructor', 'Ferrari']]);
});

test('a form has dotted and bracketed names, lists, and text only', () => {
  assert.deepEqual(
    value(
      'contact.email=a%40b.de&contact[phone]=%2B49+151&contact[tags][]=x&contact[tags][]=y&n[0][k]=1&n[1][k]=2&t=1&t=2&empty=',
      FORM,
    ),
    {
      contact: { email: 'a@b.de', phone: '+49 151', tags: ['x', 'y'] },
      n: [{ k: '1' }, { k: '2' }],
      t: ['1', '2'],
      empty: '',
    },
  );
  assert.deepEqual(value('a[1000000000]=1', FORM), { a: { 1000000000: '1' } });
  assert.deepEqual(value('a[__proto__][x]=1&constructor.prototype.y=1&b=2', FORM), { b: '2' });
  assert.equal(({} as { y?: unknown }).y, undefined);
});

test('XML keeps texts as they are, and only Salesforce has a list', () => {
  const xml =
    '<?xml version="1.0"?><a:x xmlns:a="u"><Phone>0151</Phone><Other>+49151</Other><N>M&#252;ller &amp;#252;</N><Notification>1</Notification></a:x>';
  const { x } = value(xml, 'text/xml; charset=utf-8') as { x: unknown };
  assert.deepEqual(x, { Phone: '0151', Other: '+49151', N: 'Müller &#252;', Notification: ['1'] });
});

test('what cannot be read is a fault that names no value of the body', () => {
  const faults: [string | Buffer, string | undefined, RegExp][] = [
    ['', 'application/json', /empty: send/],
    ['   ', FORM, /empty/],
    ['{"email":"ana@example.com"', 'application/json', /not valid JSON/],
    ['ana@example.com', undefined, /not valid JSON/],
    ['{"id":706405506930370084,ana@example.com', 'application/json', /not valid JSON/],
    [`${'['.repeat(70)}1${']'.repeat(70)}`, 'application/json', /deeper than 64/],
    [`${'['.repeat(100_000)}`, 'application/json', /not valid JSON/],
    [`${'['.repeat(100_000)}1234567890123456`, 'application/json', /not valid JSON/],
    [Buffer.from([0x7b, 0x22, 0xe4, 0x22, 0x7d]), 'application/json', /not UTF-8/],
    ['{}', 'application/json; charset=iso-8859-1', /charset/],
    ['{}', 'multipart/form-data; boundary=x', /content type/],
    ['{}', 'text/plain', /content type/],
    ['{"email":"ana@example.com"}', FORM, /looks like JSON/],
    ['a=%E4', FORM, /UTF-8/],
    ['a=1&a.b=2', FORM, /both a value and a group/],
    ['a.b=2&a=1', FORM, /both a value and a group/],
    [`a${'.a'.repeat(30)}=1`, FORM, /deeper/],
    ['a=1&'.repeat(3000), FORM, /more than 2000/],
    ['<a><b></a>', 'text/xml', /not valid XML/],
    ['ana@example.com', 'application/soap+xml', /not valid XML/],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'text/xml', /document type/],
    ['<a><__proto__>1</__proto__></a>', 'text/xml', /not valid XML/],
  ];
  for (const [body, type, pattern] of faults) {
    const parsed = parseBody(Buffer.from(body as string), type);
    assert.ok('fault' in parsed, `${String(body).slice(0, 30)} was read`);
    assert.match(parsed.fault, pattern);
    assert.doesNotMatch(parsed.fault, /ana@/);
  }
});

test('no bytes make it throw, whatever they are called', () => {
  const types = ['application/json', FORM, 'text/xml', 'x', ';;', undefined];
  const text = fc
    .oneof(fc.string(), fc.stringMatching(/^[<>&=[\]{}a.1"';:!-]{0,30}$/))
    .map((given) => Buffer.from(given));
  const bytes = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 40 }).map((given) => Buffer.from(given)),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(...types), (raw, type) => {
      const parsed = parseBody(raw, type);
      assert.ok('fault' in parsed ? parsed.fault !== '' : parsed.value !== undefined);
    }),
    { numRuns: 1000 },
  );
});

function value(body: string, type?: string): unknown {
  const parsed = parseBody(Buffer.from(body), type);
  assert.ok('value' in parsed, 'fault' in parsed ? parsed.fault : '');
  return parsed.value;
}
