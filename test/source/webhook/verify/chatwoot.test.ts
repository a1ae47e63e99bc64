import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AUTHENTIC, check, flippedBytes, refusal, request, sign, verifier } from './fixture.ts';

interface Captured {
  secret: string;
  deliveries: { headers: Record<string, string>; body: string }[];
}

const captured: Captured = JSON.parse(
  readFileSync(new URL('../../../contract/webhooks-4.15.1.json', import.meta.url), 'utf8'),
);
const chatwoot = verifier({ scheme: 'chatwoot', secrets: [captured.secret] });

test('deliveries of a running Chatwoot are taken, and changed ones are not', () => {
  assert.equal(captured.deliveries.length, 6);
  for (const { headers, body } of captured.deliveries) {
    const now = Number(headers['x-chatwoot-timestamp']) * 1000;
    const sent = request(body, headers);
    assert.deepEqual(check(chatwoot, sent, now), AUTHENTIC);
    for (const changed of flippedBytes(sent.body))
      assert.deepEqual(check(chatwoot, { ...sent, body: changed }, now), refusal('bad-signature'));
  }
});

test('the digest over the body alone is not what Chatwoot signs', () => {
  const { headers, body } = captured.deliveries[0]!;
  const signature = `sha256=${sign('sha256', captured.secret, body, 'hex')}`;
  const now = Number(headers['x-chatwoot-timestamp']) * 1000;
  const sent = request(body, { ...headers, 'x-chatwoot-signature': signature });
  assert.deepEqual(check(chatwoot, sent, now), refusal('bad-signature'));
});
