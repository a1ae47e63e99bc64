import type { Fault } from '../run/reason.ts';

const [FIRST, END] = [Date.UTC(1000, 0, 1), Date.UTC(10_000, 0, 1)];

/** Why a moment (milliseconds since 1970) cannot be written: JSON, Chatwoot and its database agree on years of four digits. */
export function yearFault(ms: number): Fault | undefined {
  return ms >= FIRST && ms < END ? undefined : { reason: 'date-format', detail: 'not a year from 1000 to 9999' };
}
