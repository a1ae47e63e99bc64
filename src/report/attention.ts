import { NEEDS_ATTENTION } from '../run/outcome.ts';
import { REASONS, type Reason } from '../run/reason.ts';

/** A reason of this run with its words. */
export interface ReasonCount {
  reason: string;
  rows: number;
  message: string;
  hint: string;
}

/** The words of a reason. A ledger written by a newer version may hold one we do not know: it is shown by its name. */
export function reasonText(reason: string): { message: string; hint: string } {
  if (!isReason(reason)) return { message: '', hint: 'This version does not know the reason: update contact-sync.' };
  return REASONS[reason];
}

/** The reasons of the rows that need attention, the most frequent first. */
export function attentionReasons(reasons: Record<string, number>): ReasonCount[] {
  return Object.entries(reasons)
    .filter(([reason, rows]) => rows > 0 && asksForAttention(reason))
    .map(([reason, rows]) => ({ reason, rows, ...reasonText(reason) }))
    .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
}

function asksForAttention(reason: string): boolean {
  return !isReason(reason) || REASONS[reason].outcomes.some((outcome) => NEEDS_ATTENTION.has(outcome));
}

function isReason(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}
