import type { CallKind } from './summary.ts';

/**
 * Milliseconds of work a call costs a desk that was not measured: medians of a running Chatwoot 4.10.0 with 10,000 to
 * 1,000,000 contacts, one call in flight. `filter` is one of 15 e-mails or phones; 15 identifiers cost 38 ms at 10,000
 * contacts and 120 at 100,000, because they have no index.
 */
export const KNOWN_MS: Record<CallKind, number> = {
  update: 18,
  filter: 18,
  create: 27,
  read: 10,
  labels: 29,
  clear: 20,
  other: 3,
};
