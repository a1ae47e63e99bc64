/** What the sandbox knows of a seeded contact; the tests and the demo compute the same from its number. */
export interface SeededContact {
  id: number;
  name: string;
  email: string;
  phone_number: string;
  identifier: string;
  custom_attributes: { plan: string; seats: number; renewal: string; active: boolean };
  additional_attributes: { company_name: string; city: string; country: string; country_code: string };
  /** Unix seconds. */
  created_at: number;
}

const FIRST = ['Ada', 'Bela', 'Cleo', 'Dov', 'Edda', 'Finn', 'Gala', 'Hugo', 'Ines', 'Jori', 'Kaja', 'Levi', 'Mira'];
const LAST = ['Ashdown', 'Brook', 'Calder', 'Dell', 'Elm', 'Fallow', 'Grove', 'Heath', 'Isle', 'Jasper', 'Knoll'];
const COMPANY = ['Acme', 'Birch', 'Cobalt', 'Delta', 'Ember', 'Fjord', 'Granite'];
const PLACE = [
  ['Oslo', 'Norway', 'NO'],
  ['Rome', 'Italy', 'IT'],
  ['Lyon', 'France', 'FR'],
  ['Graz', 'Austria', 'AT'],
  ['Turku', 'Finland', 'FI'],
] as const;
const PLAN = ['free', 'pro', 'team', 'enterprise'];
/** 2025-01-01T00:00:00Z in seconds. */
const EPOCH = 1_735_689_600;

/**
 * Seeded contact number `i` (1-based, also its id): `contact<i>@example.com`, `+1555` and seven digits, `crm-<i>`.
 * Deterministic, no real people; phone numbers repeat beyond 9,999,999 contacts.
 */
export function seededContact(i: number): SeededContact {
  const [city, country, country_code] = PLACE[i % PLACE.length]!;
  return {
    id: i,
    name: `${FIRST[i % FIRST.length]} ${LAST[i % LAST.length]} ${i}`,
    email: `contact${i}@example.com`,
    phone_number: `+1555${String(i).padStart(7, '0')}`,
    identifier: `crm-${i}`,
    custom_attributes: {
      plan: PLAN[i % PLAN.length]!,
      seats: (i % 50) + 1,
      renewal: `2026-${two((i % 12) + 1)}-${two((i % 28) + 1)}`,
      active: i % 3 !== 0,
    },
    additional_attributes: { company_name: `${COMPANY[i % COMPANY.length]} Ltd`, city, country, country_code },
    created_at: EPOCH + i,
  };
}

/** The attribute definitions that come with seeded contacts: key, label, type. */
export const SEEDED_DEFINITIONS = [
  { key: 'plan', name: 'Plan', type: 'list', values: PLAN },
  { key: 'seats', name: 'Seats', type: 'number', values: [] },
  { key: 'renewal', name: 'Renewal', type: 'date', values: [] },
  { key: 'active', name: 'Active', type: 'checkbox', values: [] },
] as const;

/** The number a seeded e-mail, phone or identifier belongs to, or undefined: spares an index over a million rows. */
export function seedNumberOf(field: 'email' | 'phone' | 'identifier', value: string): number | undefined {
  const digits = PATTERN[field].exec(value)?.[1];
  if (digits === undefined) return undefined;
  const i = Number(digits);
  return field === 'phone' || String(i) === digits ? i : undefined;
}

const PATTERN = {
  email: /^contact(\d{1,12})@example\.com$/,
  phone: /^\+1555(\d{7,12})$/,
  identifier: /^crm-(\d{1,12})$/i,
};

function two(number: number): string {
  return String(number).padStart(2, '0');
}
