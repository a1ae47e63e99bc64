import { emailOf } from './assign.ts';
import { attributesOf, type ContactRecord, type SandboxContact, shown } from './contact.ts';
import { type JsonObject, stringifyExact } from './json.ts';
import { blankContact } from './save.ts';
import type { State } from './state.ts';

/** What a test may set on a contact directly; attribute objects are merged at their top level. */
export interface ContactFields {
  name?: string | null;
  email?: string | null;
  phone_number?: string | null;
  identifier?: string | null;
  blocked?: boolean;
  custom_attributes?: JsonObject;
  additional_attributes?: JsonObject;
  labels?: string[];
  /** Unix seconds. */
  last_activity_at?: number | null;
}

/**
 * The contacts as a test or an agent at the desk reaches them: without HTTP, without validation (so that legacy values
 * and duplicate phones can be planted), but announced to webhooks like any change.
 */
export class Contacts {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  get count(): number {
    return this.#state.store.count;
  }

  get(id: number): SandboxContact | undefined {
    const record = this.#state.store.get(id);
    return record && shown(record);
  }

  /** All of them, by id. Costly for large accounts. */
  all(): SandboxContact[] {
    return this.#state.store.ids('all').map((id) => shown(this.#state.store.get(id)!));
  }

  add(fields: ContactFields = {}): SandboxContact {
    const blank = blankContact(this.#state.store.takeId(), Date.now());
    const contact = withFields(blank, fields);
    this.#state.store.put(contact);
    this.#state.onEvent({ name: 'contact_created', contact });
    return shown(contact);
  }

  /** Changes a contact as an agent would, or plants what no agent could. Throws when there is no such contact. */
  edit(id: number, fields: ContactFields): SandboxContact {
    const before = this.#state.store.get(id);
    if (!before) throw new Error(`there is no contact ${id} in the sandbox; add it first`);
    const contact = { ...withFields(before, fields), updatedAt: Math.max(Date.now(), before.updatedAt + 1) };
    this.#state.store.put(contact);
    this.#state.onEvent({ name: 'contact_updated', contact, before });
    return shown(contact);
  }

  /** Deletes without a webhook, as a merge or an administrator does. */
  remove(id: number): void {
    this.#state.store.remove(id);
  }
}

function withFields(record: ContactRecord, fields: ContactFields): ContactRecord {
  return {
    ...record,
    name: fields.name === undefined ? record.name : fields.name,
    email: fields.email === undefined ? record.email : emailOf(fields.email),
    phone: fields.phone_number === undefined ? record.phone : fields.phone_number,
    identifier: fields.identifier === undefined ? record.identifier : fields.identifier,
    blocked: fields.blocked ?? record.blocked,
    custom: merged(record.custom, fields.custom_attributes),
    additional: merged(record.additional, fields.additional_attributes),
    labels: fields.labels ?? record.labels,
    lastActivityAt: fields.last_activity_at === undefined ? record.lastActivityAt : fields.last_activity_at,
  };
}

function merged(text: string, more: JsonObject | undefined): string {
  return more === undefined ? text : stringifyExact({ ...attributesOf(text), ...more });
}
