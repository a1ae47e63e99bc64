import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, NetworkFault } from '../../src/chatwoot/answer.ts';
import { retryAfterMs, type Verdict, verdict, wordsOf } from '../../src/chatwoot/verdict.ts';
import { REASONS } from '../../src/run/reason.ts';
import { answer, fault } from './answers.ts';

/** 12:00:20 on the desk's clock, 12:00:50 on ours. */
const DESK_CLOCK = Date.parse('2026-01-02T12:00:20Z');
const OUR_CLOCK = Date.parse('2026-01-02T12:00:50Z');

function judge(outcome: Answer | NetworkFault, fields: string[] = []): Verdict {
  return verdict(outcome, { fields, windowMs: 60_000, nowMs: OUR_CLOCK });
}

function inShort(v: Verdict): string {
  if (v.type === 'ok') return 'ok';
  if (v.type === 'never') return `never ${v.reason}`;
  return v.scope === 'row' ? `row ${v.reason}` : `fleet ${v.cause} ${v.waitMs}`;
}

const html = { mediaType: 'text/html', text: '<html>' };
const later = 'Fri, 02 Jan 2026 12:01:05 GMT';

const STATUSES: [what: string, given: Partial<Answer>, expected: string][] = [
  ['200 with JSON', {}, 'ok'],
  ['201 with JSON', { status: 201 }, 'ok'],
  ['200 without a body, as bulk actions answer', { mediaType: '', text: '' }, 'ok'],
  ['200 with a page of a proxy', html, 'row not-an-answer'],
  ['200 with plain text', { mediaType: 'text/plain', text: 'ok' }, 'row not-an-answer'],
  ['204', { status: 204, mediaType: '', text: '' }, 'row not-an-answer'],
  ['301', { status: 301, location: 'https://x.test/', ...html }, 'row not-an-answer'],
  ['302 that says it is JSON', { status: 302 }, 'row not-an-answer'],
  ['304', { status: 304, mediaType: '', text: '' }, 'row not-an-answer'],
  ['400 from the desk', { status: 400, text: '{"error":"x"}' }, 'never bad-request'],
  ['400 without a body', { status: 400, mediaType: '', text: '' }, 'never bad-request'],
  ['400 of a proxy', { status: 400, ...html }, 'row not-an-answer'],
  ['401', { status: 401, text: '{"error":"Invalid Access Token"}' }, 'fleet token-refused null'],
  ['401 of a proxy', { status: 401, ...html }, 'row not-an-answer'],
  ['403 of a firewall', { status: 403, ...html }, 'row not-an-answer'],
  ['403 that says it is JSON', { status: 403 }, 'row not-an-answer'],
  ['404 from the desk', { status: 404, text: '{"error":"Resource could not be found"}' }, 'never contact-gone'],
  ['404 without a body', { status: 404, mediaType: '', text: '' }, 'never contact-gone'],
  ['404 of a proxy', { status: 404, ...html }, 'row not-an-answer'],
  ['408', { status: 408, ...html }, 'row timed-out'],
  ['413', { status: 413 }, 'never bad-request'],
  ['415', { status: 415 }, 'never bad-request'],
  ['425', { status: 425, mediaType: '' }, 'row timed-out'],
  [
    '429 as the desk says it',
    { status: 429, mediaType: 'text/plain', text: 'Retry later\n' },
    'fleet rate-limited 10000',
  ],
  [
    '429 with the clock of the desk: its next minute counts',
    { status: 429, deskClockMs: DESK_CLOCK },
    'fleet rate-limited 40000',
  ],
  ['429 with seconds', { status: 429, retryAfter: '7', deskClockMs: DESK_CLOCK }, 'fleet rate-limited 7000'],
  ['429 with a date', { status: 429, retryAfter: later }, 'fleet rate-limited 15000'],
  [
    '429 with a date and a clock',
    { status: 429, retryAfter: later, deskClockMs: DESK_CLOCK },
    'fleet rate-limited 45000',
  ],
  ['429 with nonsense', { status: 429, retryAfter: 'soon', deskClockMs: DESK_CLOCK }, 'fleet rate-limited 40000'],
  ['429 with a year', { status: 429, retryAfter: '9999999999' }, 'fleet rate-limited 3600000'],
  ['500 from the desk', { status: 500 }, 'row server-error'],
  ['500 of a proxy', { status: 500, ...html }, 'row server-error'],
  ['502', { status: 502, ...html }, 'fleet outage null'],
  ['503', { status: 503, ...html }, 'fleet outage null'],
  ['503 with seconds', { status: 503, retryAfter: '30' }, 'fleet outage 30000'],
  ['503 with a date', { status: 503, retryAfter: later }, 'fleet outage 15000'],
  ['504 with nonsense', { status: 504, retryAfter: '-' }, 'fleet outage null'],
  ['521 of a content network', { status: 521, ...html }, 'row server-error'],
];
for (const [what, given, expected] of STATUSES) {
  test(`${what}: ${expected}`, () => assert.equal(inShort(judge(answer(given))), expected));
}

const FAULTS: [NetworkFault['fault'], string][] = [
  ['unreachable', 'fleet outage null'],
  ['reset', 'row connection-lost'],
  ['aborted', 'row connection-lost'],
  ['timeout', 'row timed-out'],
  ['too-large', 'row not-an-answer'],
];
for (const [kind, expected] of FAULTS) {
  test(`no answer, ${kind}: ${expected}`, () => assert.equal(inShort(judge(fault(kind))), expected));
}

const REFUSALS: [body: string, words: string][] = [
  [
    '{"errors":["You need to sign in or sign up before continuing."]}',
    'You need to sign in or sign up before continuing.',
  ],
  ['{"error":"Invalid Access Token"}', 'Invalid Access Token'],
  [
    '{"error":"Access to this endpoint is not authorized for bots"}',
    'Access to this endpoint is not authorized for bots',
  ],
  ['{"error":"You are not authorized to access this account"}', 'You are not authorized to access this account'],
  ['{"error":"Account is suspended"}', 'Account is suspended'],
  ['{"error":"You are not authorized to do this action"}', 'You are not authorized to do this action'],
  ['{}', 'HTTP 401'],
];
for (const [body, words] of REFUSALS) {
  test(`401 holds the fleet and says why: ${words}`, () => {
    const judged = judge(answer({ status: 401, text: body }));
    assert.ok(judged.type === 'later' && judged.scope === 'fleet');
    assert.deepEqual([judged.cause, judged.detail], ['token-refused', words]);
  });
}

const INVALID: [fields: string[], attributes: string[] | undefined, message: string, reason: string][] = [
  [['email'], ['email'], 'Email has already been taken', 'email-taken'],
  [['email'], ['email'], 'Email Invalid email', 'email-format'],
  [['email'], ['email'], 'Email is too long (maximum is 255 characters)', 'too-long'],
  [['phone_number'], ['phone_number'], 'Phone number has already been taken', 'phone-taken'],
  [['phone_number'], ['phone_number'], 'Phone number should be in e164 format', 'phone-format'],
  [['identifier'], ['identifier'], 'Identifier has already been taken', 'identifier-taken'],
  [['identifier'], ['identifier'], 'Identifier is too long (maximum is 255 characters)', 'too-long'],
  [['name'], ['name'], 'Name is too long (maximum is 255 characters)', 'too-long'],
  [['blocked'], ['blocked'], 'Blocked is odd', 'field-refused'],
  [['additional_attributes.city'], ['location'], 'Location is too long (maximum is 255 characters)', 'too-long'],
  [['additional_attributes.country'], ['country_code'], 'Country code is odd', 'field-refused'],
  [['custom_attributes.plan'], ['location'], 'Location is too long', 'record-invalid-elsewhere'],
  [['custom_attributes.plan'], ['phone_number'], 'Phone number has already been taken', 'record-invalid-elsewhere'],
  [['email', 'name'], ['phone_number', 'email'], 'Phone ..., Email has already been taken', 'email-taken'],
  [['name'], undefined, 'something', 'field-refused'],
  [['name'], [], 'something', 'field-refused'],
];
for (const [fields, attributes, message, reason] of INVALID) {
  test(`422 "${message}" on ${attributes} after sending ${fields} is ${reason}`, () => {
    const text = JSON.stringify(attributes === undefined ? { error: message } : { message, attributes });
    const judged = judge(answer({ status: 422, text }), fields);
    assert.ok(judged.type === 'never');
    assert.deepEqual([judged.reason, judged.detail], [reason, message]);
    assert.deepEqual(judged.attributes, attributes ?? []);
    assert.ok(
      (REASONS[judged.reason].outcomes as readonly string[]).includes('rejected'),
      'the reason fits the outcome',
    );
  });
}

test('a 422 in another language is understood by its attributes', () => {
  const text = '{"message":"E-Mail ist bereits vergeben","attributes":["email"]}';
  const judged = judge(answer({ status: 422, text }), ['email']);
  assert.equal(inShort(judged), 'never email-format');
  assert.equal(inShort(judge(answer({ status: 422, text }), ['name'])), 'never record-invalid-elsewhere');
});

test('every reason a row may be put off with can stand beside the outcome failed', () => {
  const judged = [...STATUSES.map(([, given]) => judge(answer(given))), ...FAULTS.map(([kind]) => judge(fault(kind)))];
  for (const one of judged) {
    if (one.type !== 'later' || one.scope !== 'row') continue;
    assert.ok((REASONS[one.reason].outcomes as readonly string[]).includes('failed'), one.reason);
  }
});

const RETRY_AFTER: [header: string, ms: number | null][] = [
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5000],
  ['99999', 3_600_000],
  [later, 15_000],
  ['Fri, 02 Jan 2026 11:00:00 GMT', 0],
  ['Fri, 02 Jan 2027 11:00:00 GMT', 3_600_000],
  ['Friday, 02-Jan-26 12:01:05 GMT', 15_000],
  ['', null],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['2030', 2_030_000],
];
for (const [header, ms] of RETRY_AFTER) {
  test(`Retry-After "${header}" is ${ms} ms`, () => assert.equal(retryAfterMs(header, OUR_CLOCK), ms));
}

test("Chatwoot's words are taken from where they stand, cut to 300 characters", () => {
  assert.equal(wordsOf('{"message":"a","error":"b"}'), 'a');
  assert.equal(wordsOf('{"error":"b"}'), 'b');
  assert.equal(wordsOf('{"errors":["c"]}'), 'c');
  assert.equal(wordsOf('{"errors":{"full_messages":["d"]}}'), undefined);
  assert.equal(wordsOf('[1]'), undefined);
  assert.equal(wordsOf('<html>'), undefined);
  assert.equal(wordsOf(JSON.stringify({ error: 'x'.repeat(500) }))?.length, 300);
});
