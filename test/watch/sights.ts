import { OUTCOMES } from '../../src/run/outcome.ts';
import { CALL_KINDS } from '../../src/run/summary.ts';
import type { Known, Sight } from '../../src/watch/sight.ts';

/** An account at work, every figure another one. */
export function sight(changes: Partial<Known> = {}, around: Partial<Sight> = {}): Sight {
  const known: Known = {
    totals: {
      outcomes: numbered(OUTCOMES, 100),
      calls: numbered(CALL_KINDS, 200),
      deskUs: numbered(CALL_KINDS, 300_000),
      retries: 7,
      rateLimited: 8,
    },
    pace: {
      rate: 3000,
      count: 120,
      cause: null,
      holdUntil: null,
      since: null,
      occupation: { gain: 0.5, cores: 1, ratio: 1, why: 'steady' },
    },
    share: 0.5,
    taken: '25 % of the desk, steady',
    waiting: 17,
    jobs: { active: 2, waiting: 3, delayed: 4, failed: 5 },
    workers: [
      { name: 'a:1', since: '2026-01-14T02:15:00.000Z', seen_at: '2026-01-14T02:16:00.000Z', in_flight: 2 },
      { name: 'b:2', since: '2026-01-14T02:15:00.000Z', seen_at: '2026-01-14T02:16:00.000Z', in_flight: 4 },
    ],
    runs: [],
    sources: [{ name: 'crm', taken: 11, duplicates: 12, unauthentic: 13, overloaded: 14 }],
    quarantined: 6,
    ...changes,
  };
  return { desk: 'https://desk.test', account: 1, ready: true, why: 'ready', known, ...around };
}

function numbered<K extends string>(names: readonly K[], from: number): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, from + i])) as Record<K, number>;
}
