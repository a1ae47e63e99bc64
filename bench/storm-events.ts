import { seededContact } from '../src/sandbox/seed.ts';

/** Fields of the events, by what the source calls them and where they stand at the desk. */
const FIELDS = ['name', 'custom_attributes.tier', 'custom_attributes.owner'] as const;

/** One event, as it is sent. */
export interface StormEvent {
  id: string;
  body: string;
}

/** The values of one contact that events set, by field. */
export type Held = Partial<Record<(typeof FIELDS)[number], string>>;

export interface StormEvents {
  /** In the order in which they are sent: any but that in which they were observed, some of them twice. */
  deliveries: StormEvent[];
  /** How many of the deliveries are different events. */
  events: number;
  /** By contact: of every field the newest value, or what the desk holds from the start. */
  wanted: Map<number, Held>;
}

/** One in so many events is sent twice, the second time somewhere later. */
const TWICE_EVERY = 10;

/**
 * Events about seeded contacts, two fields each, all observed at different moments before `before` (Unix ms). Most values
 * are unlike all others; some repeat, so that an event may say what the desk holds already.
 */
export function stormEvents(
  { events, contacts }: { events: number; contacts: number },
  before: number,
  random: () => number,
): StormEvents {
  const pick = (n: number) => Math.floor(random() * n);
  const wanted = new Map<number, Held>();
  for (let id = 1; id <= contacts; id++) wanted.set(id, { name: seededContact(id).name });
  const sent: StormEvent[] = [];
  // From old to new, so that the last value of a field is the one wanted.
  for (let n = 0; n < events; n++) {
    const contact = 1 + pick(contacts);
    const without = pick(FIELDS.length);
    const set: Held = {};
    for (const [i, field] of FIELDS.entries())
      if (i !== without) set[field] = random() < 0.25 ? `Often ${pick(4)}` : `Value ${n}`;
    Object.assign(wanted.get(contact)!, set);
    sent.push(eventOf(n, contact, set, before - events + n));
  }
  shuffle(sent, pick);
  const deliveries: StormEvent[] = [];
  const again: StormEvent[] = [];
  for (const event of sent) {
    deliveries.push(event);
    if (pick(TWICE_EVERY) === 0) again.push(event);
    if (again.length > 0 && pick(TWICE_EVERY) === 0) deliveries.push(again.shift()!);
  }
  return { deliveries: [...deliveries, ...again], events, wanted };
}

function eventOf(n: number, contact: number, set: Held, observedAt: number): StormEvent {
  const { name, 'custom_attributes.tier': tier, 'custom_attributes.owner': owner } = set;
  const id = `storm-${n}`;
  const event = {
    id,
    type: 'contact.upserted',
    occurredAt: new Date(observedAt).toISOString(),
    contact: { email: seededContact(contact).email, name, customAttributes: { tier, owner } },
  };
  return { id, body: JSON.stringify(event) };
}

function shuffle<T>(list: T[], pick: (n: number) => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** What the desk holds otherwise than wanted, a sentence for each field; read from the desk as anybody would. */
export async function differences(url: string, token: string, wanted: StormEvents['wanted']): Promise<string[]> {
  const wrong: string[] = [];
  for (const [id, held] of wanted) {
    const response = await fetch(`${url}/api/v1/accounts/1/contacts/${id}`, { headers: { 'api-access-token': token } });
    const { payload } = (await response.json()) as { payload: Record<string, unknown> };
    for (const field of FIELDS) {
      const found = field.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], payload);
      if (found !== held[field]) wrong.push(`contact ${id} ${field}: ${String(found)} instead of ${held[field]}`);
    }
  }
  return wrong;
}
