import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { VERIFY } from '../../../../config/verify.ts';
import type { WebhookRequest } from '../../../../src/source/webhook/request.ts';
import { type Verification, type Verifier, verifierOf } from '../../../../src/source/webhook/verify/verify.ts';

/** An entry of vectors.json: what a sender signs, with the signature it makes. */
export interface Vector {
  id: string;
  secret: string;
  method?: string;
  url?: string;
  body: string;
  headers: Record<string, string>;
}

export const VECTORS: Vector[] = JSON.parse(readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'));

export function vector(id: string): Vector {
  const found = VECTORS.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
}

export const MINUTE = 60_000;

/** A second after 1760000000, the time in most vectors. */
export const NOW = 1_760_000_001_000;

export const AUTHENTIC: Verification = { type: 'authentic' };

export const refusal = (why: string) => ({ type: 'refused', why });

/** A verifier by the settings as an operator would write them. */
export function verifier(settings: Record<string, unknown>, publicUrl?: string): Verifier {
  return verifierOf(VERIFY.parse(settings), publicUrl);
}

/** A request with what matters for the test; header names may be written as in the sender's documentation. */
export function request(
  body: string | Buffer,
  headers: Record<string, string> = {},
  path = '/webhooks/crm',
  method = 'POST',
): WebhookRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { method, path, headers: Object.fromEntries(lower), body: Buffer.from(body) };
}

export function check(by: Verifier, sent: WebhookRequest, nowMs = NOW, loopback = false): Verification {
  return by.verify(sent, { nowMs, loopback });
}

/** An HMAC made apart from the code under test. */
export function sign(algorithm: string, secret: string | Buffer, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac(algorithm, secret).update(text).digest(encoding);
}

/** Every text that differs from the given one in a single bit, as node:http would read it (one character a byte). */
export function* flips(text: string): Generator<string> {
  for (const bytes of flippedBytes(Buffer.from(text, 'latin1'))) yield bytes.toString('latin1');
}

/** Every buffer that differs from the given one in a single bit. */
export function* flippedBytes(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) {
    for (let bit = 1; bit < 256; bit <<= 1) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= bit;
      yield flipped;
    }
  }
}
