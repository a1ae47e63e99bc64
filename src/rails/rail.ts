/** The ways in which a run is stopped because it is probably not meant; the order in which they are named. */
export type RailName = 'shrunk' | 'column' | 'changed' | 'failed';

/** A guard rail that a run has hit: numbers and names, never a value. Kept as JSON with the run. */
export type Trip =
  /** A source has less than half of what it had; `before` and `now` without the header. */
  | { name: 'shrunk'; path: string; unit: 'lines' | 'rows'; before: number; now: number; run: string }
  /** One value for all, or none, where contacts hold different ones. */
  | { name: 'column'; field: string; how: 'empty' | 'constant'; changed: number; held: number }
  /** `limit`: percent. */
  | { name: 'changed'; changed: number; compared: number; limit: number }
  | { name: 'failed'; refused: number; writes: number; limit: number };

/** What to give for one run that is meant as it is. */
const OVERRIDES: Record<RailName, string> = {
  shrunk: '--allow shrunk',
  column: '--allow column',
  changed: '--max-changed 100',
  failed: '--max-failed 100',
};

/** What happened, the limit, and how to let it pass once. */
export function sentenceOf(trip: Trip): string {
  return `Guard rail ${trip.name}: ${what(trip)} If that is meant, let it pass once with ${OVERRIDES[trip.name]}.`;
}

function what(trip: Trip): string {
  switch (trip.name) {
    case 'shrunk': {
      const source = trip.path === '-' ? 'standard input' : trip.path;
      return `${source} has ${trip.now} ${trip.unit} and had ${trip.before} with ${trip.run}: less than half.`;
    }
    case 'column': {
      const column = trip.how === 'empty' ? 'is empty in every row' : 'is the same in every row';
      return `${trip.field} ${column}, and would replace what ${trip.changed} of ${trip.held} contacts hold, which differs from contact to contact.`;
    }
    case 'changed': {
      const { changed, compared, limit } = trip;
      return `${changed} of ${compared} contacts (${percent(changed, compared)} %) would lose a value that they hold, and the limit is ${limit} % (--max-changed).`;
    }
    case 'failed': {
      const { refused, writes, limit } = trip;
      const of = writes <= FIRST_WRITES ? ` of the first ${FIRST_WRITES}` : '';
      return `${refused} of ${writes} writes were refused, and the limit is ${limit} %${of} (--max-failed).`;
    }
  }
}

/** So many writes are taken for sure before refusals are held against the number of writes. */
export const FIRST_WRITES = 50;

/** One decimal, rounded up: 80.04 must not read as the limit that it is above. */
function percent(part: number, whole: number): string {
  return String(Math.ceil((part / whole) * 1000) / 10);
}

/** Why a run was stopped, as its hash keeps it. */
export interface Stop {
  /** The first of the rails that were hit. */
  name: RailName;
  /** Of all rails that were hit, so that they are let pass together. */
  sentence: string;
}

/** Reads what the run's hash keeps in its field `rail`; null when no rail stopped it. */
export function stopIn(text: string | undefined): Stop | null {
  if (text === undefined) return null;
  const trips = JSON.parse(text) as Trip[];
  return { name: trips[0]!.name, sentence: trips.map(sentenceOf).join(' ') };
}
