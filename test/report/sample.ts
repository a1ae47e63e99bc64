import { OUTCOMES, type Outcome } from '../../src/run/outcome.ts';
import type { OutcomeRecord } from '../../src/run/record.ts';
import { CALL_KINDS, type CallKind, type Summary } from '../../src/run/summary.ts';

/** Counts for all outcomes, zero where nothing is said. */
export function outcomeCounts(counts: Partial<Record<Outcome, number>>): Record<Outcome, number> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, counts[outcome] ?? 0])) as Record<Outcome, number>;
}

/** Counts for all kinds of calls, with their total. */
export function callCounts(counts: Partial<Record<CallKind, number>>): Summary['calls'] {
  const all = Object.fromEntries(CALL_KINDS.map((kind) => [kind, counts[kind] ?? 0])) as Record<CallKind, number>;
  return { ...all, total: Object.values(all).reduce((sum, n) => sum + n, 0) };
}

/** A finished run of 1,000 rows in which all went well, with what the test changes. */
export function sampleSummary(change: Partial<Summary> = {}): Summary {
  return {
    run: 'run_a1',
    command: 'sync',
    status: 'finished',
    started_at: '2026-01-14T02:15:00.000Z',
    finished_at: '2026-01-14T02:15:12.400Z',
    duration_ms: 12_400,
    rows: 1000,
    outcomes: outcomeCounts({ updated: 980, unchanged: 20 }),
    reasons: {},
    calls: callCounts({ update: 980, filter: 67, other: 2 }),
    retries: 0,
    rate_limited: 0,
    desk: { busy_ms: 20_400, share: 0.412, by_call: { update: { n: 980, ms_p50: 19 } } },
    files: [{ path: 'contacts.csv', rows: 1000, sha256: 'ab'.repeat(32) }],
    report_dir: 'reports/run_a1',
    ...change,
  };
}

/** The same run with five rows that need attention. */
export function attentionSummary(change: Partial<Summary> = {}): Summary {
  return sampleSummary({
    outcomes: outcomeCounts({ updated: 975, unchanged: 20, not_found: 3, invalid: 1, failed: 1 }),
    reasons: { 'no-such-contact': 3, 'phone-format': 1, 'timed-out': 1 },
    ...change,
  });
}

/** A ledger line of an accepted PUT, with what the test changes. */
export function sampleRecord(change: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    run: 'run_a1',
    source: 'contacts.csv',
    line: 12,
    outcome: 'updated',
    reason: null,
    contact_id: 42,
    fields: ['name', 'custom_attributes.plan'],
    http_status: 200,
    attempts: 1,
    duration_ms: 31,
    desk_ms: 19,
    request_id: 'run_a1-12-1',
    row: 10,
    ...change,
  };
}
