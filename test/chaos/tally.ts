import type { Played } from './round.ts';
import type { Round } from './schedule.ts';

/** What a run of many rounds came to, as it is kept in test/chaos/results. */
export interface Campaign {
  seed: number;
  minutes: number;
  /** Day it was run, ISO. */
  date: string;
  rounds: number;
  /** Rounds, by what was done in them. */
  works: Record<string, number>;
  rows: number;
  calls: number;
  processes: number;
  strikes: number;
  /** Strikes, by fault. */
  faults: Record<string, number>;
  failed: { round: number; wrong: string[] }[];
}

export function nothingYet(seed: number, minutes: number): Campaign {
  const date = new Date().toISOString().slice(0, 10);
  const zero = { rounds: 0, rows: 0, calls: 0, processes: 0, strikes: 0 };
  return { seed, minutes, date, ...zero, works: {}, faults: {}, failed: [] };
}

/** Adds a round to what there was before. */
export function add(
  campaign: Campaign,
  { number, work }: Round,
  { struck, rows, calls, processes, wrong }: Played,
): void {
  campaign.rounds += 1;
  campaign.works[work] = (campaign.works[work] ?? 0) + 1;
  campaign.rows += rows;
  campaign.calls += calls;
  campaign.processes += processes;
  for (const [fault, n] of Object.entries(struck)) {
    campaign.faults[fault] = (campaign.faults[fault] ?? 0) + n;
    campaign.strikes += n;
  }
  if (wrong.length > 0) campaign.failed.push({ round: number, wrong });
}
