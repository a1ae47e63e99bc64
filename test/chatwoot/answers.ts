import type { Answer, NetworkFault } from '../../src/chatwoot/answer.ts';

/** An answer as the client would hand it over: 200, JSON, `{}`, unless said otherwise. */
export function answer(given: Partial<Omit<Answer, 'type'>> = {}): Answer {
  return {
    type: 'answer',
    status: 200,
    mediaType: 'application/json',
    text: '{}',
    deskMs: 12,
    roundTripMs: 14,
    retryAfter: null,
    deskClockMs: null,
    location: null,
    ...given,
  };
}

/** What the network did instead of an answer. */
export function fault(kind: NetworkFault['fault'], code = 'ECODE'): NetworkFault {
  return { type: 'fault', fault: kind, code, roundTripMs: 1 };
}
