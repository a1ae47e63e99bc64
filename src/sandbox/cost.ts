/**
 * What each call costs a desk of one idle core, in milliseconds of x-runtime, measured on 4.10.0 with 10,000 to
 * 1,000,000 contacts. Use the ratios: the measurements were noisy by 20 %.
 */
export const COST = {
  health: 1,
  api: 3,
  profile: 8,
  show: 10,
  put: 16,
  putNothing: 14.5,
  create: 25,
  destroyAttributes: 20,
  labels: 29,
  readLabels: 9,
  remove: 25,
  merge: 60,
  bulk: 12,
  small: 9,
  /** Added when the answer carries contact inboxes. */
  inboxes: 1.5,
} as const;

/** Points of a curve over the number of contacts; between them straight lines, beyond the last its slope. */
type Curve = readonly (readonly [contacts: number, ms: number])[];

const IDENTIFIER_BASE: Curve = [
  [0, 11],
  [10_000, 16.5],
  [100_000, 62],
  [1_000_000, 336],
];
const IDENTIFIER_EACH: Curve = [
  [0, 0.2],
  [10_000, 1.5],
  [100_000, 5.2],
  [1_000_000, 36],
];
const SCAN: Curve = [
  [0, 12],
  [10_000, 35],
  [100_000, 200],
  [1_000_000, 1500],
];
const FIRST_PAGE: Curve = [
  [0, 14],
  [10_000, 16],
  [100_000, 23],
  [1_000_000, 130],
];
const LAST_PAGE: Curve = [
  [0, 14],
  [10_000, 20],
  [100_000, 55],
  [1_000_000, 690],
];

/** A filter that Postgres answers from the indexes on e-mail and phone. */
export function indexedFilterMs(conditions: number, rows: number): number {
  return 10 + 0.13 * conditions + 0.3 * rows;
}

/** A filter with conditions on identifier: there is no index on lower(identifier), it reads the account twice. */
export function identifierFilterMs(identifiers: number, rows: number, contacts: number): number {
  return at(IDENTIFIER_BASE, contacts) + identifiers * at(IDENTIFIER_EACH, contacts) + 0.3 * rows;
}

/** Search, and filters that look at every row. */
export function scanMs(contacts: number): number {
  return at(SCAN, contacts);
}

/** One page of the list; deep pages cost more (OFFSET), sorting by name three times as much. */
export function pageMs(offset: number, contacts: number, byName: boolean): number {
  const depth = contacts === 0 ? 0 : Math.min(1, offset / contacts);
  const ms = at(FIRST_PAGE, contacts) + depth * (at(LAST_PAGE, contacts) - at(FIRST_PAGE, contacts));
  return byName ? ms * 3 : ms;
}

function at(curve: Curve, contacts: number): number {
  let upper = curve.findIndex(([point]) => point >= contacts);
  if (upper === 0) return curve[0]![1];
  if (upper < 0) upper = curve.length - 1;
  const [x0, y0] = curve[upper - 1]!;
  const [x1, y1] = curve[upper]!;
  return y0 + ((contacts - x0) / (x1 - x0)) * (y1 - y0);
}
