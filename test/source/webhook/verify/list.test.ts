import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VerifySettingsError } from '../../../../src/source/webhook/verify/error.ts';
import { AUTHENTIC, check, MINUTE, NOW, refusal, request, sign, vector, verifier } from './fixture.ts';

const STRIPE = vector('stripe-style-own');
const stripe = verifier({ scheme: 'stripe', secrets: [STRIPE.secret] });
const [TIME, RIGHT] = STRIPE.headers['Stripe-Signature']!.split(',') as [string, string];
const WRONG = `v1=${'0'.repeat(64)}`;
const striped = (value: string) => check(stripe, request(STRIPE.body, { 'Stripe-Signature': value }));

const SVIX = vector('standard-webhooks-doc');
const standard = verifier({ scheme: 'standard', secrets: [SVIX.secret] });
const SENT = 1_614_265_330_000;
const listed = (changed: Record<string, string>) =>
  check(standard, request(SVIX.body, { ...SVIX.headers, ...changed }), SENT);
const SIGNATURE = SVIX.headers['webhook-signature']!;
const OTHER = `v1,${Buffer.alloc(32).toString('base64')}`;

test('Stripe style: any of several signatures passes, other versions are passed over', () => {
  assert.deepEqual(striped(`${TIME},${WRONG},${RIGHT}`), AUTHENTIC);
  assert.deepEqual(striped(`${TIME},${RIGHT},${WRONG}`), AUTHENTIC);
  assert.deepEqual(striped(`${RIGHT},v0=${'0'.repeat(64)},${TIME}`), AUTHENTIC);
  assert.deepEqual(striped(`${TIME},${WRONG}`), refusal('bad-signature'));
  assert.deepEqual(striped(`${TIME},${RIGHT.replace('v1', 'v0')}`), refusal('bad-signature'));
});

test('Stripe style: one time belongs to the signatures, and it has to be there', () => {
  assert.deepEqual(striped(RIGHT), refusal('bad-timestamp'));
  assert.deepEqual(striped(`t=,${RIGHT}`), refusal('bad-timestamp'));
  assert.deepEqual(striped(`${TIME},${TIME},${RIGHT}`), refusal('bad-timestamp'));
  assert.deepEqual(striped(`${TIME},t=1,${RIGHT}`), refusal('bad-timestamp'));
  assert.deepEqual(striped(TIME), refusal('bad-signature'));
  for (const value of [`${TIME},${RIGHT}, ${TIME},${RIGHT}`, `${TIME}, ${RIGHT}`, `${TIME},${RIGHT},`, ','])
    assert.deepEqual(striped(value), refusal('bad-signature'), value);
});

test('Stripe style: the time in the header is held against the clock', () => {
  const sent = request(STRIPE.body, STRIPE.headers);
  const time = NOW - 1000;
  for (const off of [-5, -4, 0, 4, 5]) assert.deepEqual(check(stripe, sent, time + off * MINUTE), AUTHENTIC);
  assert.deepEqual(check(stripe, sent, time + 6 * MINUTE), refusal('too-old'));
  assert.deepEqual(check(stripe, sent, time - 6 * MINUTE), refusal('in-the-future'));
});

test('Stripe style: the header may have another name', () => {
  const other = verifier({ scheme: 'stripe', secrets: [STRIPE.secret], header: 'X-Signature' });
  assert.deepEqual(check(other, request(STRIPE.body, { 'x-signature': `${TIME},${RIGHT}` })), AUTHENTIC);
  assert.deepEqual(check(other, request(STRIPE.body, STRIPE.headers)), refusal('missing-header'));
});

test('Standard Webhooks: any of several signatures passes, key pairs and unknown versions are passed over', () => {
  assert.deepEqual(listed({ 'webhook-signature': `${OTHER} ${SIGNATURE}` }), AUTHENTIC);
  assert.deepEqual(listed({ 'webhook-signature': `v1a,AAAA ${SIGNATURE} v2,BBBB` }), AUTHENTIC);
  assert.deepEqual(listed({ 'webhook-signature': OTHER }), refusal('bad-signature'));
  assert.deepEqual(listed({ 'webhook-signature': SIGNATURE.replace('v1', 'v1a') }), refusal('bad-signature'));
  for (const value of [`${SIGNATURE}, ${SIGNATURE}`, `${SIGNATURE}  ${OTHER}`, SIGNATURE.slice(3), ` ${SIGNATURE}`])
    assert.deepEqual(listed({ 'webhook-signature': value }), refusal('bad-signature'), value);
});

test('Standard Webhooks: Svix names the same headers svix-*, and the two are not mixed', () => {
  const named = Object.entries(SVIX.headers).map(([name, value]) => [name.replace('webhook', 'svix'), value]);
  const headers: Record<string, string> = Object.fromEntries(named);
  assert.deepEqual(check(standard, request(SVIX.body, headers), SENT), AUTHENTIC);
  const mixed = { 'webhook-id': headers['svix-id']!, 'svix-timestamp': '1614265330', 'svix-signature': SIGNATURE };
  assert.deepEqual(check(standard, request(SVIX.body, mixed), SENT), refusal('missing-header'));
});

test('Standard Webhooks: an id with a point is refused, even when it is signed', () => {
  const key = Buffer.from(SVIX.secret.slice(6), 'base64');
  const signed = (id: string) => ({
    'webhook-id': id,
    'webhook-signature': `v1,${sign('sha256', key, `${id}.1614265330.${SVIX.body}`, 'base64')}`,
  });
  assert.deepEqual(listed(signed('msg_1')), AUTHENTIC);
  assert.deepEqual(listed(signed('msg.1')), refusal('bad-signature'));
});

test('Standard Webhooks: a secret may stand without whsec_ and without padding', () => {
  const text = Buffer.alloc(32, 9).toString('base64');
  const { 'webhook-id': id } = SVIX.headers;
  const value = sign('sha256', Buffer.alloc(32, 9), `${id}.1614265330.${SVIX.body}`, 'base64');
  for (const secret of [text, `whsec_${text}`, text.replace('=', '')]) {
    const sent = request(SVIX.body, { ...SVIX.headers, 'webhook-signature': `v1,${value}` });
    assert.deepEqual(check(verifier({ scheme: 'standard', secrets: [secret] }), sent, SENT), AUTHENTIC);
  }
});

test('keys of the wrong form are found at the start, all at once, and never quoted', () => {
  const faults = (scheme: string, secrets: string[]): readonly string[] => {
    try {
      verifier({ scheme, secrets });
    } catch (error) {
      assert.ok(error instanceof VerifySettingsError);
      for (const secret of secrets) assert.ok(!error.message.includes(secret), error.message);
      return error.faults;
    }
    return [];
  };
  const found = faults('standard', [
    'whsec_not*base64*at*all*but*long*enough',
    'whsec_dG9vc2hvcnQ=',
    'whpk_AAAA',
    SVIX.secret,
  ]);
  assert.match(found[0]!, /^verify\.secrets\.0: is not base64 behind whsec_\. Copy .*\.$/);
  assert.match(found[1]!, /^verify\.secrets\.1: holds 8 bytes, 24 are the least\. Create .*\.$/);
  assert.match(found[2]!, /^verify\.secrets\.2: is one of a key pair.* Have .*\.$/);
  assert.equal(found.length, 3);
  const close = faults('close', ['00ff', 'xyz0', 'abc']);
  assert.deepEqual(
    close.map((fault) => fault.split(':')[0]),
    ['verify.secrets.1', 'verify.secrets.2'],
  );
  assert.match(close[0]!, /is not hexadecimal\. Copy .*\.$/);
  assert.match(faults('path-secret', ['with/slash'])[0]!, /^verify\.secrets\.0: .* Use letters.* only\.$/);
  assert.deepEqual(faults('path-secret', ['aZ09._~-']), []);
});

test('a Close key is the bytes its hex text stands for, in either case', () => {
  const { secret, body, headers } = vector('close-own');
  const upper = verifier({ scheme: 'close', secrets: [secret.toUpperCase()] });
  assert.deepEqual(check(upper, request(body, headers)), AUTHENTIC);
  const asText = sign('sha256', secret, `1760000000${body}`, 'hex');
  assert.deepEqual(check(upper, request(body, { ...headers, 'close-sig-hash': asText })), refusal('bad-signature'));
});
