import type { Definitions } from '../contact/attribute.ts';
import type { Change, Place } from '../contact/change.ts';
import { CLEAR_TOKEN, toChange } from '../mapping/change.ts';
import { MappingError } from '../mapping/error.ts';
import type { ColumnPlan } from '../mapping/planned.ts';
import type { Fault, Reason } from '../run/reason.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import type { EventMapping } from './event-mapping.ts';

/** What becomes of an event before anybody is asked. */
export type Shaped =
  | { type: 'row'; change: Omit<Change, keyof Place> }
  /** Its record has to be fetched. */
  | { type: 'thin' }
  | { type: 'deleted' }
  | { type: 'ignored' }
  | { type: 'skipped'; reason: Reason }
  /** It goes to quarantine. */
  | { type: 'invalid'; fault: Fault };

const NOWHERE: Place = { row: 0, file: 0, line: 0 };

/** Turns an event into a change, by the mapping of its source. Pure: definitions are passed in. */
export function shape(source: EventMapping, event: WebhookEvent, definitions: Definitions | undefined): Shaped {
  const { content } = event;
  switch (content.type) {
    case 'deleted':
    case 'ignored':
      return { type: content.type };
    case 'thin':
      return source.fetches ? { type: 'thin' } : { type: 'invalid', fault: { reason: 'event-thin' } };
    case 'unusable':
      return { type: 'invalid', fault: { reason: 'event-unusable', detail: content.why } };
    case 'patch':
      return shapePatch(source, content.values, definitions);
  }
}

function shapePatch(
  source: EventMapping,
  values: Readonly<Record<string, unknown>>,
  definitions: Definitions | undefined,
): Shaped {
  const names = source.mapped(Object.keys(values));
  let plan: ColumnPlan | undefined;
  try {
    plan = source.plan(names);
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    const twice = error.faults.find(({ code }) => code === 'field-twice' || code === 'field-refused');
    if (twice !== undefined) return { type: 'invalid', fault: { reason: 'event-unusable', detail: twice.message } };
  }
  if (plan === undefined) {
    const detail = `no value that finds a contact among "${names.join('", "')}"`;
    return { type: 'invalid', fault: { reason: 'no-match-key', detail } };
  }
  const change = toChange(
    plan,
    NOWHERE,
    names.map((name) => cellOf(values[name])),
    definitions,
  );
  if ('fault' in change) return { type: 'invalid', fault: change.fault };
  const { keys, match, patch } = change;
  // A key that finds the contact is no news about it.
  if (Object.keys(patch).every((field) => field === match[0])) return { type: 'skipped', reason: 'nothing-mapped' };
  return { type: 'row', change: { keys, match, patch } };
}

/** As the cell of a file would spell it: one way of reading values for every source. */
function cellOf(value: unknown): string {
  if (value === null) return CLEAR_TOKEN;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
