import type { DeskCounts } from './desk.ts';

/** What one way took of the desk. */
export interface Taken {
  filters: number;
  searches: number;
  puts: number;
  /** PUTs that changed something. */
  changed: number;
  /** Calls of no row: what a command asks before it begins. */
  others: number;
  /** Desk time of all of them, in milliseconds of a core. */
  ms: number;
}

/** What was taken between two looks at the counts. */
export function takenBetween(before: DeskCounts, after: DeskCounts): Taken {
  const more = (part: 'byRoute' | 'msByRoute' | 'changedByRoute', route: string) =>
    (after[part][route] ?? 0) - (before[part][route] ?? 0);
  const calls = (route: string) => more('byRoute', route);
  const [filters, searches, puts] = [
    calls('POST contacts/filter'),
    calls('GET contacts/search'),
    calls('PUT contacts/:id'),
  ];
  return {
    filters,
    searches,
    puts,
    changed: more('changedByRoute', 'PUT contacts/:id'),
    others: after.total - before.total - filters - searches - puts,
    ms: Object.keys(after.msByRoute).reduce((sum, route) => sum + more('msByRoute', route), 0),
  };
}

/** The same for so many times as many rows. */
export function times(taken: Taken, factor: number): Taken {
  const { filters, searches, puts, changed, others, ms } = taken;
  return {
    filters: filters * factor,
    searches: searches * factor,
    puts: puts * factor,
    changed: changed * factor,
    others: others * factor,
    ms: ms * factor,
  };
}

export function callsOf({ filters, searches, puts, others }: Taken): number {
  return filters + searches + puts + others;
}

/**
 * Clock minutes whose allowance these calls use up at so many calls a minute, when searches have a limit of their own
 * beside it.
 */
export function minutesFor(taken: Taken, limit: number, searchLimit: number): number {
  return Math.max(Math.ceil(callsOf(taken) / limit), Math.ceil(taken.searches / Math.min(limit, searchLimit)));
}
