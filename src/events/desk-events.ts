import { isObject, type Json, parseLossless } from '../contact/json.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { parseBody } from '../source/webhook/parse.ts';
import { type ChatwootEvent, chatwootEventOf } from '../source/webhook/presets/chatwoot.ts';
import type { WebhookRequest } from '../source/webhook/request.ts';
import { idText, own } from '../source/webhook/untrusted.ts';
import { HEAR } from './desk-script.ts';
import { COUNT_REFUSED } from './scripts.ts';
import { shownIn } from './shown.ts';

/**
 * What an event of the desk was.
 *
 * - `news`: it tells something that was not remembered; what it contradicts is not believed any more
 * - `echo`: all that is remembered is as it shows: our own write, or a change of what we do not sync
 * - `bookkeeping`: only what the desk keeps for itself changed
 * - `broken_chain`: one before it was lost; nothing is believed of the contact until it is read again
 * - `out_of_order`: older than what was heard; says nothing any more
 * - `duplicates`: heard before
 * - `ignored`: not about a contact of our account
 * - `unusable`: ours, and cannot be read
 */
export type DeskVerdict =
  | 'news'
  | 'echo'
  | 'bookkeeping'
  | 'broken_chain'
  | 'out_of_order'
  | 'duplicates'
  | 'ignored'
  | 'unusable';

export interface DeskEventsOptions {
  /** Events of other accounts say nothing of ours. */
  accountId: number;
  /** How long memory lasts, in milliseconds. */
  rememberForMs: number;
}

/**
 * The account's own webhooks, which say what people changed on the desk. They write nothing to it, for what the desk tells
 * it holds already; they take out of memory what is no longer so, and the next row of that contact is looked up. They
 * are no rows of a run and have no outcome. A second Chatwoot as a source of changes is another thing and is not offered.
 */
export class DeskEvents {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #options: DeskEventsOptions;

  constructor(redis: RedisClient, keys: Keys, options: DeskEventsOptions) {
    this.#redis = redis;
    this.#keys = keys;
    this.#options = options;
  }

  /** Hears a delivery that was verified; resolves when memory has changed. Rejects when Redis does. */
  async hear(source: string, { body, headers }: WebhookRequest): Promise<DeskVerdict> {
    const parsed = parseBody(body, headers['content-type']);
    const exact = exactly(body);
    if ('fault' in parsed || exact === undefined) return this.#unusable(source);
    const account = idText(own(parsed.value, 'account', 'id'));
    if (account !== null && account !== String(this.#options.accountId)) return 'ignored';
    const event = chatwootEventOf(parsed.value);
    if (event !== null && /^\d{1,19}$/.test(event.contactId)) return this.#hear(source, event, exact);
    const named = own(parsed.value, 'event');
    return typeof named === 'string' && !named.startsWith('contact_') ? 'ignored' : this.#unusable(source);
  }

  async #hear(source: string, event: ChatwootEvent, body: { [key: string]: Json }): Promise<DeskVerdict> {
    const { memory } = this.#keys;
    const answer = await HEAR.run(
      this.#redis,
      [`${memory}:fields`],
      [
        memory,
        this.#options.rememberForMs,
        this.#counters(source),
        event.contactId,
        event.kind === 'created' ? 1 : 0,
        event.bookkeepingOnly ? 1 : 0,
        event.before ?? 0,
        event.after ?? 0,
        event.bookkeepingOnly ? '' : JSON.stringify(shownIn(body)),
      ],
    );
    return answer as DeskVerdict;
  }

  async #unusable(source: string): Promise<DeskVerdict> {
    await COUNT_REFUSED.run(this.#redis, [this.#counters(source)], ['unusable']);
    return 'unusable';
  }

  #counters(source: string): string {
    return `${this.#keys.base}:source:${source}`;
  }
}

/** With every digit, as values are remembered. */
function exactly(raw: Buffer): { [key: string]: Json } | undefined {
  try {
    const value = parseLossless(new TextDecoder().decode(raw));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
