import { createHash } from 'node:crypto';

/** What a delivery says of one record. */
export type WebhookContent =
  | {
      type: 'patch';
      /** By the preset's own names, as plain JSON scalars; null: empty it; absent: nothing said. */
      values: Readonly<Record<string, unknown>>;
    }
  /** The record is gone in the CRM. */
  | { type: 'deleted' }
  /** Carries an id only: the record has to be fetched. */
  | { type: 'thin'; id: string }
  /** Authentic, about something else: a ping, another object. */
  | { type: 'ignored'; why: string }
  /** Authentic and ours, but cannot be read. */
  | { type: 'unusable'; why: string };

/** One thing a delivery says. */
export interface WebhookEvent {
  /** A repeated delivery of it has the same, another change another one; at most 200 characters, hashed when longer. */
  key: string;
  /** When it became so, epoch ms; null: nobody says, arrival counts. */
  observedAt: number | null;
  /** The CRM's id of the record, as text; null when there is none. */
  subject: string | null;
  content: WebhookContent;
}

/** Headers that name a delivery and stay the same when it is repeated: Standard Webhooks, Svix, n8n and Zapier, GitHub style. */
const DELIVERY_IDS = ['webhook-id', 'svix-id', 'idempotency-key', 'x-github-delivery'];

const LONGEST_KEY = 200;

/** The key of a change that its sender gave an id. */
export function keyOfId(id: string): string {
  return id.length > LONGEST_KEY ? hash([id]) : id;
}

/** The key of a change that is known only by several parts together; absent ones count as well. */
export function keyOfParts(...parts: readonly (string | null)[]): string {
  return hash(parts);
}

/**
 * The key of a change that has no id of its own: the bytes of the delivery, and its place in it. It begins with `raw:`,
 * because it should be remembered for a day only: whoever sets A, then B, then A again sends the same bytes on purpose.
 */
export function keyOfRaw(raw: Buffer, place = 0): string {
  return `raw:${createHash('sha256').update(raw).update(`\n${place}`).digest('hex')}`;
}

/**
 * The key of a change of a sender that is free in what it sends: its own id, else what its headers call the delivery, else
 * the bytes.
 *
 * @param place of the change in its delivery
 */
export function keyOfFree(
  id: string | null,
  headers: Readonly<Record<string, string | undefined>>,
  raw: Buffer,
  place: number,
): string {
  if (id !== null) return keyOfId(id);
  const delivery = DELIVERY_IDS.map((name) => headers[name]?.trim()).find((text) => text !== undefined && text !== '');
  if (delivery === undefined) return keyOfRaw(raw, place);
  return keyOfId(place === 0 ? delivery : `${delivery}#${place}`);
}

/** An event that is ours and cannot be read; `why` names no value and ends with the next step where there is one. */
export function unusable(raw: Buffer, place: number, why: string): WebhookEvent {
  return { key: keyOfRaw(raw, place), observedAt: null, subject: null, content: { type: 'unusable', why } };
}

/** JSON keeps the parts apart: joined by a sign, two different lists could read the same. */
function hash(parts: readonly (string | null)[]): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}
