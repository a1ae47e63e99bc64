import { type Columns, changesOf } from './assign.ts';
import { type ContactRecord, NO_LABELS } from './contact.ts';
import { holdsNul, type JsonObject, parseExact } from './json.ts';
import { Halt, serverError } from './reply.ts';
import type { State } from './state.ts';
import { breaksIndex, validate } from './validate.ts';

/** A contact that does not exist yet. */
export function blankContact(id: number, now: number): ContactRecord {
  return {
    id,
    name: '',
    email: null,
    phone: null,
    identifier: null,
    blocked: false,
    custom: '{}',
    additional: '{}',
    labels: NO_LABELS,
    sourceId: null,
    hasCompany: false,
    createdAt: now,
    updatedAt: now,
    lastActivityAt: null,
  };
}

/** First half of an update: what would change, checked against the record as it is now. Throws Halt. */
export function prepareUpdate(stored: ContactRecord, params: JsonObject, state: State): Columns {
  const columns = changesOf(stored, params, state.behaviour.replacesAdditional);
  validate({ ...stored, ...columns, blocked: columns.blocked ?? stored.blocked }, stored, state.store);
  refuseUnstorable(columns);
  return columns;
}

/**
 * Second half: writes the changed columns, whole, over whatever the record is by now. Nothing is locked in between,
 * so of two updates of one attribute object the later write wins (99 of 100 contacts lost a key on the real desk).
 */
export function commitUpdate(snapshot: ContactRecord, columns: Columns, state: State): ContactRecord {
  const current = state.store.get(snapshot.id);
  if (!current) return { ...snapshot, ...(columns as Partial<ContactRecord>) };
  if (Object.keys(columns).length === 0) return current;
  let next: ContactRecord = { ...current, ...(columns as Partial<ContactRecord>), updatedAt: Date.now() };
  if ((columns.email !== undefined || columns.identifier !== undefined) && breaksIndex(next, state.store)) {
    throw new Halt(serverError());
  }
  const event = { name: 'contact_updated', contact: next, before: current } as const;
  if (state.behaviour.linksCompanies && snapshot.email === null && next.email !== null) {
    next = state.companies.link(next);
  }
  state.store.put(next);
  state.onEvent(event);
  if (columns.email) state.onAvatar(next.id, null);
  return next;
}

/** First half of a create: the new record without an id. Throws Halt. */
export function prepareCreate(params: JsonObject, state: State): ContactRecord {
  const blank = blankContact(0, Date.now());
  const columns = changesOf(blank, params, false);
  const candidate: ContactRecord = { ...blank, ...(columns as Partial<ContactRecord>) };
  validate({ ...candidate, blocked: columns.blocked ?? false }, undefined, state.store);
  refuseUnstorable(columns);
  return candidate;
}

/**
 * Second half: the database's own check (e-mail and identifier have unique indexes, phone has none, so a race doubles
 * phones), then the row. Throws Halt with a 500.
 */
export function commitCreate(candidate: ContactRecord, state: State): ContactRecord {
  if (breaksIndex(candidate, state.store)) throw new Halt(serverError());
  let record: ContactRecord = { ...candidate, id: state.store.takeId() };
  if (state.behaviour.linksCompanies && record.email !== null) record = state.companies.link(record);
  state.store.put(record);
  state.onEvent({ name: 'contact_created', contact: record });
  if (record.email) state.onAvatar(record.id, null);
  return record;
}

/** What Postgres refuses after validation: NUL in any text, NULL in `blocked`. */
function refuseUnstorable(columns: Columns): void {
  const unstorable =
    columns.blocked === null ||
    (['name', 'email', 'phone', 'identifier'] as const).some((column) => columns[column]?.includes('\u0000')) ||
    hasNul(columns.custom) ||
    hasNul(columns.additional);
  if (unstorable) throw new Halt(serverError());
}

/** The attribute text is JSON, where NUL is always the six characters of its escape; a text may hold those as well. */
function hasNul(text: string | undefined): boolean {
  return text?.includes('\\u0000') === true && holdsNul(parseExact(text));
}
