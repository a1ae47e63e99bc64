import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstElement } from '../../../../src/source/webhook/verify/first-element.ts';
import { AUTHENTIC, check, flippedBytes, refusal, request, sign, vector, verifier } from './fixture.ts';

const SECRET = 'seg-secret';
const segment = verifier({ scheme: 'segment', secrets: ['retired', SECRET] });

const events = [
  { type: 'identify', messageId: 'm1', traits: { name: 'Zoë "the }]" \\', list: [1, { a: [] }] } },
  { type: 'identify', messageId: 'm2', traits: { email: 'bo@example.com' } },
];
const first = JSON.stringify(events[0]);
/** Authentic as far as this element goes. */
const upTo = (element: string) => ({ type: 'authentic', signed: Buffer.from(`[${element}]`) });
const FIRST = upTo(first);
const older = (body: string | Buffer, signed = first) =>
  request(body, { 'X-Signature': sign('sha1', SECRET, signed, 'hex') });

test('of a batch with the older signature only the first element is signed', () => {
  assert.deepEqual(check(segment, older(JSON.stringify(events))), FIRST);
  assert.deepEqual(check(segment, older(`[${first}]`)), FIRST);
});

test('every bit of the first element counts, and what stands around it', () => {
  const body = Buffer.from(JSON.stringify(events));
  const signed = Buffer.byteLength(first);
  let at = 0;
  for (const flipped of flippedBytes(body)) {
    const place = Math.floor(at / 8);
    at += 1;
    if (place > signed + 1) break;
    const found = check(segment, older(flipped));
    // Either of two signs may follow the element, whatever comes then.
    const followed = place === signed + 1 && flipped[place] === 0x5d;
    assert.deepEqual(found, followed ? FIRST : refusal('bad-signature'), flipped.toString());
  }
});

test('what follows the first element is not vouched for, and said to be so', () => {
  const forged = `[${first},{"type":"identify","traits":{"email":"eve@example.com"}}]`;
  assert.deepEqual(check(segment, older(forged)), FIRST);
});

test('an element that is written in another way than it was signed is refused', () => {
  for (const body of [
    `[ ${first}]`,
    `[${first} ]`,
    `[${first}\n,1]`,
    ` [${first}]`,
    `[${JSON.stringify(events[0], null, 1)}]`,
    `[${first.replace('ë', '\\u00eb')}]`,
    `[${first}`,
    `[${first}}`,
    `[[${first}]]`,
    `{"batch":[${first}]}`,
  ])
    assert.deepEqual(check(segment, older(body)), refusal('bad-signature'), body);
  const large = '{"id":706405506930370084}';
  const rounded = JSON.stringify(JSON.parse(large));
  assert.notEqual(rounded, large);
  assert.deepEqual(check(segment, older(`[${large}]`, rounded)), refusal('bad-signature'));
  assert.deepEqual(check(segment, older(`[${large}]`, large)), upTo(large));
});

test('an older signature over the whole batch vouches for all of it', () => {
  const body = JSON.stringify(events);
  assert.deepEqual(check(segment, older(body, body)), AUTHENTIC);
});

test('the newer header decides when both are there', () => {
  const { body, headers } = vector('segment-batch-full-own');
  const legacy = sign('sha1', SECRET, JSON.stringify(JSON.parse(body)[0]), 'hex');
  assert.deepEqual(check(segment, request(body, { ...headers, 'X-Signature': 'wrong' })), AUTHENTIC);
  const spoiled = request(body, { 'X-Segment-Signature': 'wrong', 'X-Signature': legacy });
  assert.deepEqual(check(segment, spoiled), refusal('bad-signature'));
});

test('bodies that are no list, are cut off or nest deeply do no harm', () => {
  const deep = `[{"a":${'['.repeat(100_000)}`;
  for (const body of ['', '[', '[]', '[{', '[1,2]', '["a"]', '[{"a":"\\', '{}', 'null', deep]) {
    assert.equal(firstElement(Buffer.from(body)), undefined);
    assert.deepEqual(check(segment, older(body)), refusal('bad-signature'));
    assert.deepEqual(check(segment, older(body, body)), AUTHENTIC);
  }
});
