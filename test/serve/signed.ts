import { caseOf } from '../source/webhook/verify/cases.ts';
import { NOW, sign, VECTORS } from '../source/webhook/verify/fixture.ts';
import type { Sender } from './serving.ts';

/** A delivery of one source, as its sender signs it. */
export interface Signed extends Sender {
  /** Behind the path. */
  query?: string;
  body: string;
  headers: Record<string, string>;
  /** Headers whose every bit counts, lower case. */
  signedHeaders: string[];
  /** Clock of the sender, epoch ms. */
  sentAt: number;
  /** Its time is signed. */
  timed: boolean;
  /** How many bytes of the body are signed, when it is not all of them. */
  signedBytes?: number;
  /** What becomes of its events. */
  kept: 'row' | 'quarantine' | 'nothing';
  /** How many, when it is not one. */
  events?: number;
}

/** By the beginning of a vector's id: how its body is read, and what becomes of what it says. */
const READ: Record<string, [preset: string, kept: Signed['kept']]> = {
  'hubspot-v3-sdk': ['hubspot', 'quarantine'],
  'hubspot-v1': ['hubspot', 'quarantine'],
  'hubspot-v2': ['hubspot', 'quarantine'],
  'hubspot-v3-own': ['hubspot', 'quarantine'],
  standard: ['generic', 'quarantine'],
  github: ['generic', 'quarantine'],
  stripe: ['pipedrive', 'quarantine'],
  shopify: ['shopify', 'quarantine'],
  intercom: ['intercom', 'quarantine'],
  segment: ['segment', 'row'],
  close: ['close', 'quarantine'],
  attio: ['attio', 'quarantine'],
  // The desk's own events are no rows, so its signature is tried on a preset that keeps what it cannot read.
  chatwoot: ['generic', 'quarantine'],
};

function published(): Signed[] {
  return VECTORS.map((vector) => {
    const { settings, signature, time, alsoSigned = [], signsAddress } = caseOf(vector);
    const [preset, kept] = Object.entries(READ).find(([beginning]) => vector.id.startsWith(beginning))![1];
    const lower = Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]);
    const headers: Record<string, string> = Object.fromEntries(lower);
    const timed = time !== undefined || settings.scheme === 'stripe';
    return {
      name: vector.id,
      preset,
      // The vectors were signed for addresses that are not ours: as behind a proxy that changes the path.
      settings: { ...settings, secrets: [vector.secret], ...(signsAddress ? { url: vector.url } : {}) },
      body: vector.body,
      headers,
      signedHeaders: [signature, ...alsoSigned, ...(time === undefined ? [] : [time[0]])],
      sentAt: time === undefined ? NOW : Number(headers[time[0]]) * time[1],
      timed,
      kept,
      ...(vector.id === 'segment-batch-full-own' ? { events: 2 } : {}),
    };
  });
}

/** What the vectors leave out: an address with a query, our own address, and a batch of which only the first event is signed. */
function ours(): Signed[] {
  const secret = 'hs-client-secret';
  const query = '?src=crm%3Aeu%2F1&q=a%20b';
  const times = { 'x-hubspot-request-timestamp': String(NOW) };
  const signedHeaders = ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'];
  const base = { preset: 'hubspot', query, signedHeaders, sentAt: NOW, timed: true };
  const first = '{"type":"identify","userId":"u1","messageId":"m1","traits":{"email":"ana@example.com"}}';
  const event = '{"type":"contact.upserted","contact":{"externalId":"7","name":"Ada"}}';
  return [
    {
      ...base,
      name: 'address-changed',
      settings: { scheme: 'hubspot', secrets: [secret], url: 'https://sync.example.com/hooks/hubspot' },
      body: '[]',
      headers: { ...times, 'x-hubspot-signature-v3': 'FCaAqWhvf4vzEDnMQgjzUBo+Prr6umElwqpoQ8LiHWs=' },
      kept: 'nothing',
    },
    {
      ...base,
      name: 'address-ours',
      preset: 'generic',
      settings: { scheme: 'hubspot', secrets: [secret] },
      publicUrl: 'https://sync.example.com',
      body: event,
      headers: {
        ...times,
        'x-hubspot-signature-v3': sign(
          'sha256',
          secret,
          `POSThttps://sync.example.com/webhooks/address-ours?src=crm:eu/1&q=a%20b${event}${NOW}`,
          'base64',
        ),
      },
      kept: 'row',
    },
    {
      name: 'older-batch',
      preset: 'segment',
      settings: { scheme: 'segment', secrets: ['seg-secret'] },
      body: `[${first},{"type":"identify","userId":"u2","messageId":"m2","traits":{"email":"bo@example.com"}}]`,
      headers: { 'x-signature': sign('sha1', 'seg-secret', first, 'hex') },
      signedHeaders: ['x-signature'],
      sentAt: NOW,
      timed: false,
      signedBytes: first.length + 2,
      kept: 'row',
    },
  ];
}

/** Every published vector, and what the vectors leave out. */
export const SIGNED: readonly Signed[] = [...published(), ...ours()];
