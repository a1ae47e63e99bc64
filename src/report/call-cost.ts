import type { Summary } from '../run/summary.ts';

/** What the plain way, one PUT for every row, would have cost. */
export interface PutCost {
  calls: number;
  /** From the median of this run's own updates; undefined when it made none. */
  deskMs: number | undefined;
  /** Calls the plain way would have made and this run did not; negative when it made more. */
  savedCalls: number;
}

/** Compares the run with one PUT per row; undefined when no row was read. */
export function compareWithPuts(summary: Pick<Summary, 'rows' | 'calls' | 'desk'>): PutCost | undefined {
  if (summary.rows === 0) return undefined;
  const median = summary.desk.by_call.update?.ms_p50;
  return {
    calls: summary.rows,
    deskMs: median === undefined ? undefined : median * summary.rows,
    savedCalls: summary.rows - summary.calls.total,
  };
}
