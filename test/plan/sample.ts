import type { Plan, PlanEntry } from '../../src/plan/entry.ts';
import type { PlanHeader } from '../../src/plan/line.ts';
import { callCounts, outcomeCounts } from '../report/sample.ts';

/** A contact whose plan attribute is replaced, with what the test changes. */
export function sampleEntry(change: Partial<PlanEntry> = {}): PlanEntry {
  return {
    row: 0,
    source: 'contacts.csv',
    line: 2,
    outcome: 'updated',
    reason: null,
    contact_id: 42,
    keys: { email: 'ada@example.com' },
    changes: [{ field: 'custom_attributes.plan', before: '"free"', after: '"pro"' }],
    ...change,
  };
}

/** The head of a plan's file, with what the test changes. */
export function sampleHeader(change: Partial<PlanHeader> = {}): PlanHeader {
  return {
    run: 'run_a1',
    base_url: 'https://desk.example.com',
    account_id: 1,
    created_at: '2026-01-14T02:15:00.000Z',
    files: [{ path: 'contacts.csv', sha256: 'ab'.repeat(32) }],
    options: { match: ['email'], map: {}, empty_cells: 'leave', on_missing: 'report' },
    ...change,
  };
}

/** A plan of 1,000 rows of which 200 write and three need attention, with what the test changes. */
export function samplePlan(change: Partial<Plan> = {}): Plan {
  return {
    ...sampleHeader(),
    files: [{ path: 'contacts.csv', rows: 1000, sha256: 'ab'.repeat(32) }],
    rows: 1000,
    outcomes: outcomeCounts({ updated: 200, unchanged: 797, not_found: 3 }),
    reasons: { 'no-such-contact': 3 },
    calls: callCounts({ update: 200, filter: 67, clear: 5, other: 2 }),
    cost: {
      by_call: {
        update: { n: 200, ms: 18, source: 'known of Chatwoot' },
        filter: { n: 67, ms: 16.2, source: 'measured here' },
        clear: { n: 5, ms: 20, source: 'known of Chatwoot' },
        other: { n: 2, ms: 3.1, source: 'measured here' },
      },
      desk_ms: 4792,
      duration_ms: 5480,
      pace: { rate: 3000, concurrency: 2 },
    },
    fields: [
      { field: 'custom_attributes.plan', filled: 120, replaced: 60, cleared: 5 },
      { field: 'name', filled: 0, replaced: 20, cleared: 0 },
    ],
    undo: { possible: true, only_so_far: [] },
    rails: [],
    lookup: {
      way: 'by e-mail, 15 rows a call',
      why: 'every row has one, and it is indexed',
      others: [{ way: 'by identifier', calls: 67, desk_ms: 8040 }],
    },
    ...change,
  };
}
