import type { Definitions } from '../contact/attribute.ts';
import type { DeskEvents, DeskVerdict } from '../events/desk-events.ts';
import type { EventSource } from '../events/source.ts';
import type { EventStore } from '../events/store.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import { unusable } from '../source/webhook/event.ts';
import { parseBody } from '../source/webhook/parse.ts';
import type { WebhookRequest } from '../source/webhook/request.ts';
import { Patience } from './patience.ts';
import { type Answer, LATER } from './server.ts';

export interface ReceptionParts {
  sources: ReadonlyMap<string, { source: EventSource; rate: number }>;
  store: EventStore;
  /** Hears what the desk itself tells: it is no change to be written, and no row. */
  desk: Pick<DeskEvents, 'hear'>;
  /** The run of a source that is open today. */
  runOf: (source: string) => string;
  /** Opens it; resolves when Redis knows it. */
  openRun: (source: string) => Promise<void>;
  definitions: () => Definitions | undefined;
  /** Whether more can be taken in: false while Redis is away or too much waits. */
  open: () => boolean;
  /** Does work that writes to Redis; false when it may be lost with a primary that is gone. */
  keep: <T>(work: () => Promise<T>) => Promise<{ value: T; kept: boolean }>;
  /** Told of batches that are due; after the sender has its answer. */
  onBatches: (batches: readonly string[]) => void;
  /** Told of events that wait until their record is fetched; after the sender has its answer. */
  onThin: (source: string, places: readonly string[]) => void;
  onDelivery: (delivery: DeliveryNote) => void;
  now: () => number;
}

/** What the log says of a delivery: nothing of its content. */
export interface DeliveryNote {
  source: string;
  result: 'taken' | 'unauthentic' | 'overloaded' | 'failed';
  why?: string;
  events?: number;
  duplicates?: number;
  ignored?: number;
  /** What an event of the desk itself was. */
  desk?: DeskVerdict;
}

const OK: Answer = { status: 200, body: 'ok\n' };
const UNAUTHENTIC: Answer = { status: 401, body: 'unauthorized\n' };
const UNKNOWN: Answer = { status: 404, body: 'There is no such source.\n' };

/** More in this second than the source may send. */
const SLOWER: Answer = { status: 429, body: 'Too many deliveries in one second: send fewer.\n' };

/** What Salesforce takes for yes; anything else is sent again for a day (Outbound Messaging). */
const SALESFORCE_OK: Answer = {
  status: 200,
  type: 'text/xml',
  body: '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>',
};

/** An answer of Redis that takes longer is none: senders give up after five seconds. */
const PATIENCE_MS = 3000;

/**
 * Takes deliveries in: verified over the bytes as they came, read, and put into Redis, all before the answer. No call to
 * Chatwoot is made on the way.
 */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #patience = new Patience(PATIENCE_MS);
  readonly #buckets = new Map<string, { second: number; n: number }>();

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /** An answer for a delivery whose body need not be read. */
  admit(name: string): Answer | undefined {
    const known = this.#parts.sources.get(name);
    if (known === undefined) return UNKNOWN;
    // Nothing of the desk's own events waits afterwards, and the desk never sends them again.
    const open = isDesk(known.source) || this.#parts.open();
    if (open && this.#withinRate(name, known.rate)) return undefined;
    this.#parts.onDelivery({ source: name, result: 'overloaded' });
    void this.#parts.store.refused(name, 'overloaded').catch(() => undefined);
    return open && slowsDown(known.source) ? SLOWER : LATER;
  }

  async deliver(name: string, request: WebhookRequest, loopback: boolean): Promise<Answer> {
    const { source } = this.#parts.sources.get(name)!;
    const { store, now } = this.#parts;
    const verified = source.verifier.verify(request, { nowMs: now(), loopback });
    if (verified.type === 'refused') {
      this.#parts.onDelivery({ source: name, result: 'unauthentic', why: verified.why });
      void store.refused(name, 'unauthentic').catch(() => undefined);
      return UNAUTHENTIC;
    }
    const authentic = verified.signed === undefined ? request : { ...request, body: verified.signed };
    if (isDesk(source)) return this.#hear(name, authentic);
    const events = eventsOf(source, authentic);
    const run = this.#parts.runOf(name);
    const taken = await this.#inTime(name, () => this.#take(source, run, events));
    if (taken === undefined) return LATER;
    const { duplicates, ignored, batches, thin } = taken;
    this.#parts.onDelivery({ source: name, result: 'taken', events: taken.taken, duplicates, ignored });
    if (batches.length > 0) setImmediate(() => this.#parts.onBatches(batches));
    if (thin.length > 0) setImmediate(() => this.#parts.onThin(name, thin));
    return source.preset.name === 'salesforce' ? SALESFORCE_OK : OK;
  }

  /** The answer waits for memory: what is believed after it is as the desk told. */
  async #hear(name: string, request: WebhookRequest): Promise<Answer> {
    const desk = await this.#inTime(name, () => this.#parts.desk.hear(name, request));
    if (desk === undefined) return LATER;
    this.#parts.onDelivery({ source: name, result: 'taken', events: 1, desk });
    return OK;
  }

  /** Undefined when Redis failed, took too long or was replaced, so that it may be lost; that is noted. */
  async #inTime<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const lasting = this.#parts.keep(work);
      const { value, kept } = await this.#patience.wait(lasting, `Redis did not answer within ${PATIENCE_MS} ms`);
      if (kept) return value;
      throw new Error('Redis was replaced meanwhile');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#parts.onDelivery({ source: name, result: 'failed', why });
      return undefined;
    }
  }

  async #take(source: EventSource, run: string, events: readonly WebhookEvent[]) {
    const definitions = this.#parts.definitions();
    const taken = await this.#parts.store.take(source, run, events, definitions);
    if (taken !== undefined) return taken;
    await this.#parts.openRun(source.name);
    return this.#parts.store.take(source, run, events, definitions);
  }

  #withinRate(name: string, rate: number): boolean {
    const second = Math.floor(this.#parts.now() / 1000);
    const bucket = this.#buckets.get(name);
    if (bucket?.second !== second) {
      this.#buckets.set(name, { second, n: 1 });
      return true;
    }
    bucket.n++;
    return bucket.n <= rate;
  }
}

/** All that a delivery says; one that cannot be read at all is one event that cannot be used. */
function eventsOf({ preset }: EventSource, { body: raw, headers }: WebhookRequest): WebhookEvent[] {
  const parsed = parseBody(raw, headers['content-type']);
  return 'fault' in parsed ? [unusable(raw, 0, parsed.fault)] : preset.read({ body: parsed.value, headers, raw });
}

/** Whether a source is the account itself, which is told nothing it holds already. */
function isDesk({ preset }: EventSource): boolean {
  return preset.name === 'chatwoot';
}

/**
 * Whether 429 makes a sender slow down. Zapier and Standard Webhooks say so of themselves; to a CRM it may mean no: Segment
 * comes back after 5xx alone, Intercom drops what is answered 429 too often.
 */
function slowsDown({ preset }: EventSource): boolean {
  return preset.name === 'generic' || preset.name === 'json';
}
