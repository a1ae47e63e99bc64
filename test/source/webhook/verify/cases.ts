import assert from 'node:assert/strict';
import type { Vector } from './fixture.ts';

/** How a vector is verified, and what of it is signed. */
export interface Case {
  settings: Record<string, unknown>;
  /** Header that holds the signature, lower case. */
  signature: string;
  /** Header of a signed time in a header of its own, and what one of its steps is in milliseconds. */
  time?: [header: string, unitMs: number];
  /** Other headers that are signed. */
  alsoSigned?: string[];
  signsAddress?: true;
}

/** By the beginning of a vector's id. */
const CASES: Record<string, Case> = {
  'hubspot-v3': {
    settings: { scheme: 'hubspot' },
    signature: 'x-hubspot-signature-v3',
    time: ['x-hubspot-request-timestamp', 1],
    signsAddress: true,
  },
  'hubspot-v2': {
    settings: { scheme: 'hubspot', version: 'v2' },
    signature: 'x-hubspot-signature',
    signsAddress: true,
  },
  'hubspot-v1': { settings: { scheme: 'hubspot', version: 'v1' }, signature: 'x-hubspot-signature' },
  standard: {
    settings: { scheme: 'standard' },
    signature: 'webhook-signature',
    time: ['webhook-timestamp', 1000],
    alsoSigned: ['webhook-id'],
  },
  github: { settings: { scheme: 'github' }, signature: 'x-hub-signature-256' },
  stripe: { settings: { scheme: 'stripe' }, signature: 'stripe-signature' },
  shopify: { settings: { scheme: 'shopify' }, signature: 'x-shopify-hmac-sha256' },
  intercom: { settings: { scheme: 'intercom' }, signature: 'x-hub-signature' },
  'segment-single': { settings: { scheme: 'segment' }, signature: 'x-signature' },
  'segment-batch-full': { settings: { scheme: 'segment' }, signature: 'x-segment-signature' },
  close: { settings: { scheme: 'close' }, signature: 'close-sig-hash', time: ['close-sig-timestamp', 1000] },
  attio: { settings: { scheme: 'attio' }, signature: 'attio-signature' },
  chatwoot: {
    settings: { scheme: 'chatwoot' },
    signature: 'x-chatwoot-signature',
    time: ['x-chatwoot-timestamp', 1000],
  },
};

/** The case of a vector; every vector has to have one. */
export function caseOf({ id }: Vector): Case {
  const kind = Object.keys(CASES).find((beginning) => id.startsWith(beginning));
  assert.ok(kind, `${id} has no case here`);
  return CASES[kind]!;
}
