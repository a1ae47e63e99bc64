import type { Answer, NetworkFault } from '../chatwoot/answer.ts';
import type { Call, CallKind } from '../run/summary.ts';

/** The books' view of one call. */
export function callOf(kind: CallKind, outcome: Answer | NetworkFault): Call {
  if (outcome.type === 'fault') return { kind, deskMs: null, status: null, rateLimited: false };
  return { kind, deskMs: outcome.deskMs, status: outcome.status, rateLimited: outcome.status === 429 };
}
