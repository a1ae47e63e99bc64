import type { TokenKind } from './auth.ts';
import type { Work } from './work.ts';

/** One request as it came and went. */
export interface LoggedRequest {
  /** Unix milliseconds. */
  at: number;
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  /** 0 while it is in flight, and for ever when the connection ended without an answer. */
  status: number;
  requestId: string;
  /** The contact id in the path, or undefined. */
  contactId: number | undefined;
  /** Parsed when it was JSON (integers past 2^53 as bigints), else the text. */
  body: unknown;
  token: TokenKind;
}

/** Requests of one clock minute. */
export interface MinuteCount {
  total: number;
  /** Those answered 429. */
  limited: number;
}

/** What the sandbox remembers of its requests: the log itself (optional), and counters that are always kept. */
export class RequestLog {
  readonly #keeps: boolean;
  readonly requests: LoggedRequest[] = [];
  /** Requests by "PUT contacts/:id", and by status. */
  byRoute: Record<string, number> = {};
  byStatus: Record<number, number> = {};
  /** Desk time by route in milliseconds of a core, whether or not anybody was made to wait for it (cost.ts). */
  msByRoute: Record<string, number> = {};
  /** Updates by route that differed from what the contact held. */
  changedByRoute: Record<string, number> = {};
  /** By minute since 1970. */
  readonly perMinute = new Map<number, MinuteCount>();
  total = 0;
  inFlight = 0;
  maxInFlight = 0;
  /** Most writes of one contact in flight at once: 1 as long as the client keeps them apart. */
  maxInFlightPerContact = 0;
  readonly #writing = new Map<number, number>();

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** A request has arrived. Writes to a contact (all but GET with an id) are counted per contact. */
  enter(entry: LoggedRequest, route: string): void {
    if (this.#keeps) this.requests.push(entry);
    this.total += 1;
    this.byRoute[route] = (this.byRoute[route] ?? 0) + 1;
    this.#minute(entry.at).total += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    if (entry.contactId === undefined || entry.method === 'GET') return;
    const writing = (this.#writing.get(entry.contactId) ?? 0) + 1;
    this.#writing.set(entry.contactId, writing);
    this.maxInFlightPerContact = Math.max(this.maxInFlightPerContact, writing);
  }

  /** The desk has taken a request up. */
  begin(route: string, { ms, changes }: Work): void {
    this.msByRoute[route] = (this.msByRoute[route] ?? 0) + ms;
    if (changes === true) this.changedByRoute[route] = (this.changedByRoute[route] ?? 0) + 1;
  }

  /** A request has its answer; 0 when the connection ended without one. */
  leave(entry: LoggedRequest, status: number): void {
    entry.status = status;
    this.inFlight -= 1;
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
    if (status === 429) this.#minute(entry.at).limited += 1;
    if (entry.contactId === undefined || entry.method === 'GET') return;
    const writing = (this.#writing.get(entry.contactId) ?? 1) - 1;
    if (writing === 0) this.#writing.delete(entry.contactId);
    else this.#writing.set(entry.contactId, writing);
  }

  /** Forgets everything but what is in flight. */
  reset(): void {
    this.requests.length = 0;
    this.byRoute = {};
    this.byStatus = {};
    this.msByRoute = {};
    this.changedByRoute = {};
    this.perMinute.clear();
    this.total = 0;
    this.maxInFlight = this.inFlight;
    this.maxInFlightPerContact = 0;
  }

  #minute(at: number): MinuteCount {
    const minute = Math.floor(at / 60_000);
    let count = this.perMinute.get(minute);
    if (!count) {
      count = { total: 0, limited: 0 };
      this.perMinute.set(minute, count);
    }
    return count;
  }
}
