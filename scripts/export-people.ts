/** Nobody in these rows is real: addresses are of example.com, phone numbers of a range that is kept for fiction. */

const ROWS = 30;
const FIRST = ['Ann', 'Björn', 'Chloé', 'Dilan', 'Eva', 'Filip', 'Grace', 'Hakan', 'Inès', 'Jörg'];
const LAST = ['Lee', 'Müller', 'Nowak', 'Østergaard', 'Peña', 'Quist', 'Røed', 'Santos', 'Tränkle', 'Umar', 'Vogt'];
const CITIES = ['Köln', 'Lyon', 'Porto', 'Malmö', 'Leeds'];
/** A number with two digits. */
export const two = (n: number) => String(n).padStart(2, '0');

/** Whoever stands in a row of an export. */
interface Person {
  n: number;
  first: string;
  last: string;
  email: string;
  /** Ofcom keeps +44 20 7946 0000 to 0999 for fiction; each file has its own forty. */
  phone: string;
  company: string;
  city: string;
  /** Of January 2026, without its time. */
  day: string;
}

/** The people of one file, whose addresses and numbers nobody of another file has. */
export function people(file: string, block: number): Person[] {
  return Array.from({ length: ROWS }, (_, n) => {
    const first = FIRST[n % FIRST.length]!;
    const last = LAST[n % LAST.length]!;
    return {
      n,
      first,
      last,
      email: `contact${n}@${file}.example.com`,
      phone: `+442079460${String(block * 40 + n).padStart(3, '0')}`,
      company: ['Northwind, Ltd', 'Fourth "Coffee"', 'Cobalt GmbH'][n % 3]!,
      city: CITIES[n % CITIES.length]!,
      day: `2026-01-${two(1 + (n % 28))}`,
    };
  });
}

/** A row by its columns, in their order. */
type Row = Record<string, string>;

/** The file as text: cells are quoted where they have to be, or all of them. */
export function text(rows: readonly Row[], { delimiter = ',', end = '\n', all = false } = {}): string {
  const cell = (value: string) =>
    all || value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const header = Object.keys(rows[0]!);
  return [header, ...rows.map((row) => header.map((name) => row[name]!))]
    .map((cells) => cells.map(cell).join(delimiter) + end)
    .join('');
}
