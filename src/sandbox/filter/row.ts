import { attributesOf, type ContactRecord } from '../contact.ts';
import type { JsonObject } from '../json.ts';

/** A contact under a filter: its attribute objects are parsed when a condition first asks for them. */
export class Row {
  readonly contact: ContactRecord;
  #custom: JsonObject | undefined;
  #additional: JsonObject | undefined;

  constructor(contact: ContactRecord) {
    this.contact = contact;
  }

  get custom(): JsonObject {
    this.#custom ??= attributesOf(this.contact.custom);
    return this.#custom;
  }

  get additional(): JsonObject {
    this.#additional ??= attributesOf(this.contact.additional);
    return this.#additional;
  }
}

/** Postgres refused the statement (a failed cast, a syntax error): the desk answers 500. */
export class SqlFault extends Error {}

/** One condition in SQL, ready to be tried on rows. SQL's unknown counts as false: nothing here negates it. */
export interface Leaf {
  test: (row: Row) => boolean;
  /** How it joins the next leaf. */
  joins: 'AND' | 'OR' | null;
  /** An equality that an index can answer. */
  seek?: { field: 'email' | 'phone' | 'identifier'; value: string };
  /** The statement as a whole fails, whatever the rows hold. */
  fails?: boolean;
}
