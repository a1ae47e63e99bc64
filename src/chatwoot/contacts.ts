import { isObject, type Json, parseLossless } from '../contact/json.ts';
import { type LiveContact, toLive } from '../contact/live.ts';
import type { DeskRequest } from './answer.ts';

/**
 * Quirks of Chatwoot's contact API, each as observed on 4.10.0 (test/contract):
 * - PUT answers 200 with `{"payload": contact}`, not 204; unknown fields are ignored silently.
 * - `?include_contact_inboxes=false` saves the desk a tenth of the work on PUT, GET and filter.
 * - a page holds 15 contacts, whatever `per_page` says; `meta.count` counts all.
 * - labels are in no answer but their own; `POST labels` replaces all, adds what the account has no label for, and keeps case.
 * - `destroy_custom_attributes` is the only way to remove a key, and only for custom attributes.
 */
const LEAN = 'include_contact_inboxes=false';

/** Builds the requests of one account. */
export class ContactRequests {
  readonly #root: string;

  constructor(accountId: number) {
    this.#root = `api/v1/accounts/${accountId}`;
  }

  update(contact: string, body: string, requestId: string): DeskRequest {
    return { kind: 'update', method: 'PUT', path: `${this.#root}/contacts/${contact}?${LEAN}`, body, requestId };
  }

  create(body: string, requestId: string): DeskRequest {
    return { kind: 'create', method: 'POST', path: `${this.#root}/contacts?${LEAN}`, body, requestId };
  }

  /** Administrators only. */
  remove(contact: string, requestId: string): DeskRequest {
    return { kind: 'other', method: 'DELETE', path: `${this.#root}/contacts/${contact}`, requestId };
  }

  read(contact: string, requestId: string): DeskRequest {
    return { kind: 'read', method: 'GET', path: `${this.#root}/contacts/${contact}?${LEAN}`, requestId };
  }

  clear(contact: string, keys: readonly string[], requestId: string): DeskRequest {
    const body = JSON.stringify({ custom_attributes: keys });
    return {
      kind: 'clear',
      method: 'POST',
      path: `${this.#root}/contacts/${contact}/destroy_custom_attributes`,
      body,
      requestId,
    };
  }

  /** Counted as a read: a GET like that of the contact. */
  readLabels(contact: string, requestId: string): DeskRequest {
    return { kind: 'read', method: 'GET', path: `${this.#root}/contacts/${contact}/labels`, requestId };
  }

  /** Replaces all labels; there is no call that adds one and tells what came of it. */
  labels(contact: string, labels: readonly string[], requestId: string): DeskRequest {
    const body = JSON.stringify({ labels });
    return { kind: 'labels', method: 'POST', path: `${this.#root}/contacts/${contact}/labels`, body, requestId };
  }

  /** Page 1 of a small answer needs no order; several pages do, or rows move between them. */
  filter(body: string, page: number | undefined, requestId: string): DeskRequest {
    const paging = page === undefined ? '' : `&sort=email,phone_number,name&page=${page}`;
    return { kind: 'filter', method: 'POST', path: `${this.#root}/contacts/filter?${LEAN}${paging}`, body, requestId };
  }

  /** A page of the account, 15 contacts. Sorted by e-mail: as cheap as no order, and rows move less between pages. */
  page(page: number): DeskRequest {
    const path = `${this.#root}/contacts?${LEAN}&sort=email&page=${page}`;
    return { kind: 'read', method: 'GET', path, requestId: `page-${page}` };
  }

  createDefinition(body: string): DeskRequest {
    const path = `${this.#root}/custom_attribute_definitions`;
    return { kind: 'other', method: 'POST', path, body, requestId: 'create-definition' };
  }

  definitions(): DeskRequest {
    const path = `${this.#root}/custom_attribute_definitions?attribute_model=contact_attribute`;
    return { kind: 'other', method: 'GET', path, requestId: 'definitions' };
  }
}

/** The contact in `{"payload": contact}`; undefined when the answer is something else. */
export function contactIn(text: string): LiveContact | undefined {
  const answer = parsed(text);
  return isObject(answer) && answer.payload !== undefined ? toLive(answer.payload) : undefined;
}

/** The contact in the answer of a create, `{"payload": {"contact": contact, ...}}`. */
export function createdIn(text: string): LiveContact | undefined {
  const answer = parsed(text);
  return isObject(answer) && isObject(answer.payload) ? toLive(answer.payload.contact ?? null) : undefined;
}

/** The labels in `{"payload": ["vip"]}`, as reading and writing them are answered; undefined for something else. */
export function labelsOf(text: string): string[] | undefined {
  const answer = parsed(text);
  if (!isObject(answer) || !Array.isArray(answer.payload)) return undefined;
  const labels = answer.payload.filter((label) => typeof label === 'string');
  return labels.length === answer.payload.length ? labels : undefined;
}

/** A page of contacts and how many there are in all; undefined when the answer is something else. */
export function pageIn(text: string): { count: number; contacts: LiveContact[] } | undefined {
  const answer = parsed(text);
  if (!isObject(answer) || !Array.isArray(answer.payload)) return undefined;
  const contacts = answer.payload.map(toLive).filter((contact) => contact !== undefined);
  const count = isObject(answer.meta) && typeof answer.meta.count === 'number' ? answer.meta.count : contacts.length;
  return { count, contacts };
}

function parsed(text: string): Json | undefined {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
