import { KNOWN_MS } from '../run/known-cost.ts';
import { CALL_KINDS, type CallKind } from '../run/summary.ts';
import type { CallTotals, PlanCost } from './entry.ts';

/** Ruby processes a desk has unless its owner raised WEB_CONCURRENCY (config/puma.rb). */
const DESK_PROCESSES = 1;

export interface BudgetFacts {
  /** Calls that will be made. */
  calls: Record<CallKind, number>;
  /** Median desk time of the calls that were already made here, in milliseconds. */
  medians: Partial<Record<CallKind, number>>;
  /** Calls a minute, of all processes together. */
  rate: number;
  /** Most calls in flight. */
  concurrency: number;
  /** Part of the desk that may be taken, between 0 and 1. Default: all of it. */
  share?: number;
  /** What a call takes longer than the desk works on it, in milliseconds: mostly the network. Default: nothing. */
  networkMs?: number;
}

/** The calls with their sum. */
export function withTotal(calls: Record<CallKind, number>): CallTotals {
  return { ...calls, total: CALL_KINDS.reduce((sum, kind) => sum + calls[kind], 0) };
}

/**
 * What the calls cost the desk, and how long they take: as long as the narrowest of three doors keeps them.
 *
 * - The limiter: calls / rate.
 * - The desk: its time / the processes that can work at once / the share of them that may be taken. A Ruby process does its calls one after the other, so more
 *   in flight than the desk has processes bring nothing but waiting, and with one process the calls never take less than
 *   the desk time.
 * - Our own lanes: each call keeps one busy for its desk time and its way through the network. With 100 ms of network
 *   one in flight makes 8 calls a second, however fast the desk is.
 */
export function budgetOf(facts: BudgetFacts): PlanCost {
  const { calls, medians, rate, concurrency, share = 1, networkMs = 0 } = facts;
  const { total } = withTotal(calls);
  const byCall: PlanCost['by_call'] = {};
  let deskMs = 0;
  for (const kind of CALL_KINDS) {
    const n = calls[kind];
    if (n === 0) continue;
    const measured = medians[kind];
    const ms = measured ?? KNOWN_MS[kind];
    byCall[kind] = { n, ms, source: measured === undefined ? 'known of Chatwoot' : 'measured here' };
    deskMs += n * ms;
  }
  const limiterMs = (total / rate) * 60_000;
  const deskDoorMs = deskMs / Math.min(concurrency, DESK_PROCESSES) / share;
  const lanesMs = (deskMs + total * networkMs) / concurrency;
  return {
    by_call: byCall,
    desk_ms: Math.round(deskMs),
    duration_ms: Math.round(Math.max(limiterMs, deskDoorMs, lanesMs)),
    pace: { rate, concurrency, ...(share === 1 ? {} : { desk_share: Math.round(share * 100) }) },
  };
}
