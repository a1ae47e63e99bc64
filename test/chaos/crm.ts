import { type SeededContact, seededContact } from '../../src/sandbox/seed.ts';

/** A repeatable source of random numbers in [0, 1): what a seed did once it does again (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The values that the rows set, as they have to stand at the desk in the end. */
export type Wanted = Partial<Record<(typeof FIELDS)[number], string>>;

/** An export with everything in it that a real one has, and what must come of it. */
export interface Export {
  csv: string;
  rows: number;
  invalid: number;
  notFound: number;
  /** By contact, for every contact that a row is about: computed row by row, the last value of a field wins. */
  wanted: ReadonlyMap<number, Wanted>;
}

export const FIELDS = [
  'name',
  'custom_attributes.tier',
  'custom_attributes.owner',
  'additional_attributes.company_name',
] as const;

/**
 * Rows about seeded contacts, found by id, e-mail or identifier, each contact several times over the file; values repeat
 * and often are those that the desk holds already. In between rows that are wrong and contacts that do not exist.
 */
export function exportOf(rows: number, contacts: number, random: () => number): Export {
  const pick = (n: number) => Math.floor(random() * n);
  const lines = [`id,identifier,email,${FIELDS.join(',')}`];
  const wanted = new Map<number, Wanted>();
  let invalid = 0;
  let notFound = 0;
  for (let row = 0; row < rows; row++) {
    const contact = seededContact(1 + pick(contacts));
    const values = FIELDS.map((field) => (random() < 0.5 ? '' : cellOf(field, contact, pick)));
    const kind = random();
    const cells = values.join(',');
    if (kind < 0.03) {
      lines.push(`,,nobody at example.com,${cells}`);
      invalid++;
    } else if (kind < 0.06) {
      lines.push(`,,stranger${row}@example.com,${cells}`);
      notFound++;
    } else {
      lines.push(`${keysOf(contact, kind)},${cells}`);
      const known = wanted.get(contact.id) ?? {};
      for (const [i, field] of FIELDS.entries()) if (values[i] !== '') known[field] = values[i]!;
      wanted.set(contact.id, known);
    }
  }
  return { csv: `${lines.join('\n')}\n`, rows, invalid, notFound, wanted };
}

function cellOf(field: (typeof FIELDS)[number], contact: SeededContact, pick: (n: number) => number): string {
  const held = pick(2) === 0;
  if (field === 'name') return held ? contact.name : `Renamed ${pick(4)}`;
  if (field === 'additional_attributes.company_name')
    return held ? contact.additional_attributes.company_name : `Company ${pick(4)}`;
  return `value ${pick(4)}`;
}

function keysOf(contact: SeededContact, kind: number): string {
  if (kind < 0.3) return `${contact.id},,`;
  if (kind < 0.5) return `,${contact.identifier},`;
  return `,,${contact.email}`;
}
