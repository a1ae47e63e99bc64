import { seeded } from './crm.ts';

/** What is known of a fault before it strikes. */
export interface FaultKind {
  name: string;
  /** Two faults of one group are never there at once: they would mend each other. */
  group: string;
  /** Shortest and longest, in milliseconds. */
  lasts: readonly [number, number];
  /** How often it is drawn, compared with the others. */
  weight: number;
}

/** One fault at its time: everything that is left to chance about it is in here. */
export interface Strike {
  /** Milliseconds from the beginning of the round. */
  at: number;
  fault: string;
  /** Milliseconds until it is mended. */
  lasts: number;
  /** In [0, 1): whom it hits, how hard, and in which way. */
  dice: number;
}

/** One round: what is done, how large it is, and what goes wrong meanwhile. Plain data, to be printed and replayed. */
export interface Round {
  seed: number;
  number: number;
  work: string;
  contacts: number;
  rows: number;
  files: number;
  /** Worker processes beside those that the work itself has. */
  workers: number;
  /** Calls in a window of the desk (see `windowMs` of the world). */
  rate: number;
  concurrency: number;
  pace: 'fixed' | 'auto';
  /** Of the desk, in milliseconds. */
  latencyMs: number;
  /** For the rows and events. */
  data: number;
  strikes: Strike[];
}

/** How large rounds are. */
export interface Size {
  contacts: readonly [number, number];
  rowsPerContact: readonly [number, number];
  /** Calls a window. */
  rate: readonly [number, number];
  /** Within so many milliseconds all strikes begin. */
  strikesWithinMs: number;
  strikes: readonly [number, number];
  /** No fault is there for longer, in milliseconds. */
  longestMs: number;
}

/** Rounds of 20 to 40 s. */
export const FULL: Size = {
  contacts: [200, 420],
  rowsPerContact: [2, 5],
  rate: [150, 320],
  strikesWithinMs: 15_000,
  strikes: [5, 12],
  longestMs: 60_000,
};

/** One round that fits into the test suite. */
export const SHORT: Size = {
  contacts: [120, 160],
  rowsPerContact: [2, 4],
  rate: [200, 300],
  strikesWithinMs: 7000,
  strikes: [4, 6],
  // Still longer than a lock holds.
  longestMs: 9000,
};

/** Before the first strike the work has to be under way, in milliseconds. */
const QUIET_MS = 1500;

/** Draws a round. Every round has a source of chance of its own, so that it can be repeated without those before it. */
export function roundOf(
  seed: number,
  number: number,
  size: Size,
  works: readonly string[],
  faults: readonly FaultKind[],
): Round {
  const random = seeded(seed * 10_007 + number);
  const between = ([from, to]: readonly [number, number]) => Math.round(from + random() * (to - from));
  const contacts = between(size.contacts);
  const round: Round = {
    seed,
    number,
    // In turn, so that a few rounds have done everything.
    work: works[(seed + number) % works.length]!,
    contacts,
    rows: contacts * between(size.rowsPerContact),
    files: between([1, 3]),
    workers: between([0, 2]),
    rate: between(size.rate),
    concurrency: between([1, 6]),
    pace: random() < 0.7 ? 'fixed' : 'auto',
    latencyMs: between([5, 40]),
    data: between([1, 1e9]),
    strikes: [],
  };
  const total = faults.reduce((sum, { weight }) => sum + weight, 0);
  for (let n = between(size.strikes); n > 0; n--) {
    const kind = drawn(faults, random() * total);
    const strike = {
      at: between([QUIET_MS, size.strikesWithinMs]),
      fault: kind.name,
      lasts: Math.min(between(kind.lasts), size.longestMs),
      dice: random(),
    };
    if (isFree(strike, kind.group, round.strikes, faults)) round.strikes.push(strike);
  }
  round.strikes.sort((a, b) => a.at - b.at);
  return round;
}

/** The fault whose share of the total weight the number falls into. */
function drawn(faults: readonly FaultKind[], at: number): FaultKind {
  let sum = 0;
  for (const kind of faults) {
    sum += kind.weight;
    if (at < sum) return kind;
  }
  return faults.at(-1)!;
}

/** A moment between the end of a fault and the next one of its group, in milliseconds. */
const APART_MS = 300;

function isFree(strike: Strike, group: string, others: readonly Strike[], faults: readonly FaultKind[]): boolean {
  return others.every((other) => {
    if (faults.find(({ name }) => name === other.fault)?.group !== group) return true;
    return strike.at + strike.lasts + APART_MS < other.at || other.at + other.lasts + APART_MS < strike.at;
  });
}
