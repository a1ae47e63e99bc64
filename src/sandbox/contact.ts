import { isObject, type Json, type JsonObject, parseExact, stringifyExact } from './json.ts';
import { seededContact } from './seed.ts';

/**
 * One row of the contacts table. Records are never changed in place: an update replaces the record, so a reader that
 * holds one has a snapshot. The two attribute objects are kept as JSON text: compact, exact, and ready to be sent.
 */
export interface ContactRecord {
  readonly id: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly identifier: string | null;
  readonly blocked: boolean;
  readonly custom: string;
  readonly additional: string;
  readonly labels: readonly string[];
  /** `source_id` in the API inbox; null when the contact is in no inbox. */
  readonly sourceId: string | null;
  /** Whether 4.15 has linked a company already: it does so once. */
  readonly hasCompany: boolean;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Unix seconds; only incoming messages set it. */
  readonly lastActivityAt: number | null;
}

/** The contact as accessors hand it out: parsed attributes, Chatwoot's own names. */
export interface SandboxContact {
  id: number;
  name: string | null;
  email: string | null;
  phone_number: string | null;
  identifier: string | null;
  blocked: boolean;
  custom_attributes: JsonObject;
  additional_attributes: JsonObject;
  labels: string[];
  last_activity_at: number | null;
  /** Unix seconds. */
  created_at: number;
}

export const NO_LABELS: readonly string[] = Object.freeze([]);

/** The API inbox that every sandbox account has. */
export const INBOX_ID = 1;

/** The slice of an inbox that contacts carry (`contact_inboxes`, `contactable_inboxes`). */
export const INBOX_SLICE = `{"id":${INBOX_ID},"avatar_url":"","channel_id":1,"name":"API","channel_type":"Channel::Api","provider":null}`;

/** The contact's JSON as every endpoint sends it (`models/_contact.json.jbuilder`); `last_activity_at` is absent when null. */
export function contactText(contact: ContactRecord, withInboxes: boolean): string {
  const activity = contact.lastActivityAt === null ? '' : `"last_activity_at":${contact.lastActivityAt},`;
  const inboxes = withInboxes ? `,"contact_inboxes":${inboxesText(contact)}` : '';
  return `{"additional_attributes":${contact.additional},"availability_status":"offline","email":${JSON.stringify(
    contact.email,
  )},"id":${contact.id},"name":${JSON.stringify(contact.name)},"phone_number":${JSON.stringify(
    contact.phone,
  )},"blocked":${contact.blocked},"identifier":${JSON.stringify(
    contact.identifier,
  )},"thumbnail":"","custom_attributes":${contact.custom},${activity}"created_at":${Math.floor(
    contact.createdAt / 1000,
  )}${inboxes}}`;
}

/** Contacts with an e-mail, phone or identifier; the others appear in no list. */
export function isResolved(contact: ContactRecord): boolean {
  return Boolean(contact.email) || Boolean(contact.phone) || Boolean(contact.identifier);
}

/** Text of one attribute as Postgres' `->>` gives it: null when the key is missing or JSON null. */
export function attributeText(object: JsonObject, key: string): string | null {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : stringifyExact(value);
}

/** Parses a stored attribute object. */
export function attributesOf(text: string): JsonObject {
  const value: Json = text === '{}' ? {} : parseExact(text);
  return isObject(value) ? value : {};
}

/** The record of seeded contact `i`, as if read from the database. Written out by hand: scans make a million of them. */
export function seededRecord(i: number): ContactRecord {
  const seed = seededContact(i);
  const { custom_attributes: custom, additional_attributes: more } = seed;
  return {
    id: i,
    name: seed.name,
    email: seed.email,
    phone: seed.phone_number,
    identifier: seed.identifier,
    blocked: false,
    custom: `{"plan":"${custom.plan}","seats":${custom.seats},"renewal":"${custom.renewal}","active":${custom.active}}`,
    additional: `{"company_name":"${more.company_name}","city":"${more.city}","country":"${more.country}","country_code":"${more.country_code}"}`,
    labels: NO_LABELS,
    sourceId: null,
    hasCompany: true,
    createdAt: seed.created_at * 1000,
    updatedAt: seed.created_at * 1000,
    lastActivityAt: null,
  };
}

/** A record as accessors show it. */
export function shown(contact: ContactRecord): SandboxContact {
  return {
    id: contact.id,
    name: contact.name,
    email: contact.email,
    phone_number: contact.phone,
    identifier: contact.identifier,
    blocked: contact.blocked,
    custom_attributes: attributesOf(contact.custom),
    additional_attributes: attributesOf(contact.additional),
    labels: [...contact.labels],
    last_activity_at: contact.lastActivityAt,
    created_at: Math.floor(contact.createdAt / 1000),
  };
}

function inboxesText(contact: ContactRecord): string {
  if (contact.sourceId === null) return '[]';
  return `[{"source_id":${JSON.stringify(contact.sourceId)},"inbox":${INBOX_SLICE}}]`;
}
