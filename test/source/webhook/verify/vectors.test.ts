import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebhookRequest } from '../../../../src/source/webhook/request.ts';
import type { Verifier } from '../../../../src/source/webhook/verify/verify.ts';
import { caseOf } from './cases.ts';
import {
  AUTHENTIC,
  check,
  flippedBytes,
  flips,
  MINUTE,
  NOW,
  request,
  VECTORS,
  type Vector,
  verifier,
} from './fixture.ts';

for (const vector of VECTORS) {
  const one = caseOf(vector);
  const { origin, sent } = sentBy(vector);
  const by = (secrets: string[]): Verifier => verifier({ ...one.settings, secrets }, origin);
  const right = by([vector.secret]);
  const now = one.time ? Number(sent.headers[one.time[0]]) * one.time[1] : NOW;
  const passes = (changed: WebhookRequest, verifying = right) => check(verifying, changed, now).type === 'authentic';
  const withHeader = (name: string, value: string) => ({ ...sent, headers: { ...sent.headers, [name]: value } });
  const given = sent.headers[one.signature]!;

  test(`${vector.id}: the published signature is taken`, () => {
    assert.deepEqual(check(right, sent, now), AUTHENTIC);
  });

  test(`${vector.id}: with one bit of the body changed it is refused`, () => {
    for (const body of flippedBytes(sent.body)) assert.ok(!passes({ ...sent, body }), body.toString());
    assert.ok(!passes({ ...sent, body: Buffer.concat([sent.body, Buffer.from('\n')]) }));
    assert.ok(!passes({ ...sent, body: Buffer.alloc(0) }));
  });

  test(`${vector.id}: with one bit of the signature or of another signed header changed it is refused`, () => {
    for (const name of [one.signature, ...(one.alsoSigned ?? []), ...(one.time ? [one.time[0]] : [])])
      for (const value of flips(sent.headers[name]!)) assert.ok(!passes(withHeader(name, value)), `${name}: ${value}`);
  });

  test(`${vector.id}: a signature of another length, in capitals, twice or not at all is refused`, () => {
    const others = [
      given.slice(0, -1),
      `${given}0`,
      `${given}=`,
      `${given} `,
      ` ${given}`,
      given.toUpperCase(),
      'x',
      '=',
    ];
    for (const value of [...others, `${given}, ${given}`, `${given},${given}`]) {
      assert.notEqual(value, given);
      assert.ok(!passes(withHeader(one.signature, value)), value);
    }
    for (const name of [one.signature, ...(one.alsoSigned ?? []), ...(one.time ? [one.time[0]] : [])]) {
      const { [name]: _, ...headers } = sent.headers;
      assert.deepEqual(check(right, { ...sent, headers }, now), { type: 'refused', why: 'missing-header' });
      assert.deepEqual(check(right, withHeader(name, ''), now), { type: 'refused', why: 'missing-header' });
    }
  });

  test(`${vector.id}: while secrets are exchanged either passes, and no third one`, () => {
    const other = vector.secret.replace(/[0-9a-z]$/, (last) => (last === '0' ? '1' : '0'));
    const wrong = one.settings.scheme === 'standard' ? `whsec_${Buffer.alloc(24, 7).toString('base64')}` : other;
    assert.ok(passes(sent, by([wrong, vector.secret])));
    assert.ok(passes(sent, by([vector.secret, wrong])));
    assert.ok(!passes(sent, by([wrong])));
    assert.ok(!passes(sent, by([wrong, wrong])));
  });

  if (one.signsAddress) {
    test(`${vector.id}: sent to another address, or with another method, it is refused`, () => {
      for (const path of flips(sent.path)) assert.ok(!passes({ ...sent, path }), path);
      for (const path of [`${sent.path}/`, `${sent.path}?a=1`, `${sent.path}?`, `/${sent.path}`, ''])
        assert.ok(!passes({ ...sent, path }), path);
      for (const method of ['GET', 'PUT', '']) assert.ok(!passes({ ...sent, method }), method);
      assert.ok(passes({ ...sent, method: 'post' }), 'a method is signed in capitals');
      const addresses = [origin!.replace('https:', 'http:'), `${origin}:443`, `${origin}/sync`, 'https://example.org'];
      for (const address of addresses)
        assert.ok(!passes(sent, verifier({ ...one.settings, secrets: [vector.secret] }, address)), address);
      assert.ok(passes(withHeader('host', 'evil.example')), 'Host says nothing about who is called');
    });
  }

  if (one.time) {
    const [, unit] = one.time;
    test(`${vector.id}: four minutes off in either direction pass, six do not`, () => {
      const at = (nowMs: number) => check(right, sent, nowMs);
      assert.deepEqual(at(now + 4 * MINUTE), AUTHENTIC);
      assert.deepEqual(at(now - 4 * MINUTE), AUTHENTIC);
      assert.deepEqual(at(now + 5 * MINUTE), AUTHENTIC);
      assert.deepEqual(at(now + 5 * MINUTE + 1), { type: 'refused', why: 'too-old' });
      assert.deepEqual(at(now + 6 * MINUTE), { type: 'refused', why: 'too-old' });
      assert.deepEqual(at(now - 5 * MINUTE - 1), { type: 'refused', why: 'in-the-future' });
      assert.deepEqual(at(now - 6 * MINUTE), { type: 'refused', why: 'in-the-future' });
      const patient = verifier({ ...one.settings, secrets: [vector.secret], window: 3600 }, origin);
      assert.deepEqual(check(patient, sent, now + 59 * MINUTE), AUTHENTIC);
      assert.deepEqual(check(patient, sent, now + 61 * MINUTE), { type: 'refused', why: 'too-old' });
    });

    test(`${vector.id}: a time that is no number is refused, and one that is not the signed text too`, () => {
      const [header] = one.time!;
      for (const value of ['soon', '1.76e9', '0x68e77a80', '-1', '+1', ' 1', 'NaN', '٣', `${now / unit}.0`])
        assert.deepEqual(
          check(right, withHeader(header, value), now),
          { type: 'refused', why: 'bad-timestamp' },
          value,
        );
      const padded = withHeader(header, `0${sent.headers[header]}`);
      assert.deepEqual(check(right, padded, now), { type: 'refused', why: 'bad-signature' });
      const late = withHeader(header, '9'.repeat(400));
      assert.deepEqual(check(right, late, now), { type: 'refused', why: 'in-the-future' });
    });
  }
}

function sentBy({ url, method, body, headers }: Vector): { origin: string | undefined; sent: WebhookRequest } {
  const origin = url === undefined ? undefined : new URL(url).origin;
  return { origin, sent: request(body, headers, url?.slice(origin!.length), method) };
}
