import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../src/run/outcome.ts';
import { type SeededContact, seededContact } from '../src/sandbox/seed.ts';

/**
 * Makes examples/contacts.csv: what a CRM might export about contacts that the sandbox is seeded with. Nothing in it is
 * random and nobody in it is real.
 *
 *   npx tsx scripts/examples.ts           writes the file
 */

const HEADER = [
  'identifier',
  'email',
  'name',
  'phone_number',
  'custom_attributes.plan',
  'custom_attributes.seats',
  'additional_attributes.company_name',
  'additional_attributes.city',
  // Means nothing to Chatwoot: the run says once that it is ignored.
  'account_owner',
] as const;

type Column = (typeof HEADER)[number];
type Cells = Record<Column, string>;

/** One line of the file, and how it ends on a freshly seeded sandbox. */
interface ExampleRow {
  line: string;
  outcome: Outcome;
}

/** Rows about known contacts, before the special ones are put in. */
const ORDINARY = 373;
/** Contacts of the sandbox are taken with a stride, as no CRM holds the first n. */
const STRIDE = 4;
const OWNERS = ['m.lindqvist', 'j.okafor', 's.moreau', 't.haas'];
const PLANS = ['free', 'pro', 'team', 'enterprise'];

function cellsOf(contact: SeededContact): Cells {
  return {
    identifier: contact.identifier,
    email: contact.email,
    name: contact.name,
    phone_number: contact.phone_number,
    'custom_attributes.plan': contact.custom_attributes.plan,
    'custom_attributes.seats': String(contact.custom_attributes.seats),
    'additional_attributes.company_name': contact.additional_attributes.company_name,
    'additional_attributes.city': contact.additional_attributes.city,
    account_owner: OWNERS[contact.id % OWNERS.length]!,
  };
}

/** Not every record of a CRM is complete; an empty cell leaves the field alone. */
function withGaps(cells: Cells, n: number): Cells {
  if (n % 9 === 4) return { ...cells, identifier: '' };
  if (n % 31 === 7) return { ...cells, email: '', phone_number: '' };
  if (n % 11 === 5) return { ...cells, email: '' };
  if (n % 13 === 8) return { ...cells, 'additional_attributes.city': '', account_owner: '' };
  // The same address to Chatwoot, so no difference.
  return n % 29 === 9 ? { ...cells, email: cells.email.replace('contact', 'Contact') } : cells;
}

/** Every sixth contact has moved, grown, married or changed its plan since. */
const CHANGES: readonly ((cells: Cells, n: number) => Partial<Cells>)[] = [
  (cells) => ({ 'custom_attributes.plan': PLANS[(PLANS.indexOf(cells['custom_attributes.plan']) + 1) % 4]! }),
  (cells) => ({ 'custom_attributes.seats': String(Number(cells['custom_attributes.seats']) + 25) }),
  () => ({ 'additional_attributes.city': 'Malmö' }),
  (cells, n) => ({
    'additional_attributes.company_name': `Northwind, Unit ${n}`,
    'custom_attributes.plan': PLANS[(PLANS.indexOf(cells['custom_attributes.plan']) + 2) % 4]!,
  }),
  (_cells, n) => ({ phone_number: `+447700900${String(n).padStart(3, '0')}` }),
  (cells) => ({ name: cells.name.replace(/ \w+ /, ' Brontë ') }),
  (_cells, n) => ({ email: `accounts.${n}@northwind.example` }),
];

function ordinary(n: number): ExampleRow {
  const contact = seededContact(1 + n * STRIDE);
  const cells = cellsOf(contact);
  if (n % 6 !== 2) return { line: csv(withGaps(cells, n)), outcome: 'unchanged' };
  const change = CHANGES[Math.floor(n / 6) % CHANGES.length]!;
  return { line: csv({ ...cells, ...change(cells, n) }), outcome: 'updated' };
}

/** Contacts beyond those of the ordinary rows. */
const special = (k: number): Cells => cellsOf(seededContact(1600 + k));

/** The rows an export always has some of, by the place they stand in. */
function specials(): Map<number, ExampleRow[]> {
  const rows = new Map<number, ExampleRow[]>();
  const at = (place: number, outcome: Outcome, ...cells: Cells[]) =>
    rows.set(place, [...(rows.get(place) ?? []), ...cells.map((one) => ({ line: csv(one), outcome }))]);

  at(21, 'invalid', { ...special(1), email: 'contact1601.example.com' });
  at(58, 'invalid', { ...special(2), phone_number: '0151 2345678' });
  at(97, 'invalid', { ...special(3), name: `${'Wilhelmina '.repeat(24)}Ashdown` });
  at(133, 'invalid', { ...special(4), 'custom_attributes.plan': 'platinum' });
  at(171, 'invalid', { ...special(5), 'custom_attributes.seats': 'twelve' });
  at(242, 'invalid', { ...special(6), 'additional_attributes.city': 'Llanfairpwllgwyngyll '.repeat(13).trim() });
  at(290, 'invalid', { ...special(7), identifier: '', email: '', phone_number: '' });
  // A comma that the export forgot to quote: one cell too many.
  rows.set(214, [{ line: csv(special(8)).replace(/,([A-Z]\w+ Ltd),/, ',Cobalt, Delta & Co,'), outcome: 'invalid' }]);
  // The same contact twice: the later row wins, and both are written with one PUT.
  at(105, 'merged', { ...special(9), 'custom_attributes.seats': '60', 'custom_attributes.plan': 'enterprise' });
  at(105, 'updated', { ...special(9), 'custom_attributes.seats': '75', 'custom_attributes.plan': 'enterprise' });
  // Chatwoot's filter ignores case, but CRM-1610 and crm-1610 are two contacts.
  at(180, 'not_found', { ...special(10), identifier: 'CRM-1610', email: '', phone_number: '' });
  // #N/A clears the field, unlike an empty cell.
  at(260, 'updated', { ...special(11), 'custom_attributes.seats': '#N/A' });
  at(301, 'updated', { ...special(12), 'additional_attributes.company_name': '#N/A' });
  for (let k = 0; k < 10; k++) at(30 + k * 33, 'not_found', unknown(k));
  return rows;
}

/** Customers that never wrote to the desk. */
function unknown(k: number): Cells {
  const name = ['Noor', 'Otto', 'Pia', 'Quinn', 'Rosa'][k % 5]!;
  return {
    identifier: `crm-${90_001 + k * 17}`,
    email: `${name.toLowerCase()}.${k}@fourth-coffee.example`,
    name: `${name} Vale`,
    phone_number: `+447700901${String(k).padStart(3, '0')}`,
    'custom_attributes.plan': PLANS[k % 4]!,
    'custom_attributes.seats': String(5 + k),
    'additional_attributes.company_name': 'Fourth Coffee, Inc.',
    'additional_attributes.city': 'Porto',
    account_owner: OWNERS[k % OWNERS.length]!,
  };
}

function csv(cells: Cells): string {
  return HEADER.map((column) => cells[column])
    .map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}

function rows(): ExampleRow[] {
  const placed = specials();
  return Array.from({ length: ORDINARY }, (_, n) => [...(placed.get(n) ?? []), ordinary(n)]).flat();
}

/** The text of examples/contacts.csv. */
export function contactsCsv(): string {
  return `${[HEADER.join(','), ...rows().map((row) => row.line)].join('\n')}\n`;
}

/** How many rows of the file end in which outcome. */
export function contactsOutcomes(): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of rows()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('../examples/contacts.csv', import.meta.url), contactsCsv());
  process.stderr.write(`examples/contacts.csv: ${JSON.stringify(contactsOutcomes())}\n`);
}
