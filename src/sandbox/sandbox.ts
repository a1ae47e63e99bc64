import { Contacts } from './accessors.ts';
import type { Delivery } from './deliver.ts';
import type { Shared } from './exchange.ts';
import type { FaultPlan } from './faults.ts';
import type { OutageKind } from './outage.ts';
import type { LoggedRequest, MinuteCount } from './request-log.ts';
import type { Health } from './state.ts';
import type { SandboxVersion } from './version.ts';

/** A running sandbox, seen from the test or program that started it. */
export class Sandbox {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly contacts: Contacts;
  /** Webhook deliveries, in the order they went out. */
  readonly deliveries: Delivery[];
  readonly #shared: Shared;
  readonly #close: () => Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(
    url: string,
    port: number,
    shared: Shared,
    contacts: Contacts,
    deliveries: Delivery[],
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.port = port;
    this.contacts = contacts;
    this.deliveries = deliveries;
    this.#shared = shared;
    this.#close = close;
  }

  get account(): number {
    return this.#shared.state.account;
  }

  get token(): string {
    return this.#shared.state.token;
  }

  get version(): SandboxVersion {
    return this.#shared.state.version;
  }

  /** Every request since the start or the last reset; empty with `keepLog: false`. */
  get requests(): LoggedRequest[] {
    return this.#shared.log.requests;
  }

  /** Totals, by "PUT contacts/:id", and by status (0: the connection ended without an answer). */
  get counts(): { total: number; byRoute: Record<string, number>; byStatus: Record<number, number> } {
    const { total, byRoute, byStatus } = this.#shared.log;
    return { total, byRoute: { ...byRoute }, byStatus: { ...byStatus } };
  }

  /**
   * What the requests cost the desk, in milliseconds of a core by "PUT contacts/:id" (cost.ts), counted without the desk
   * model as well; and how many updates changed something.
   */
  get spent(): { msByRoute: Record<string, number>; changedByRoute: Record<string, number> } {
    const { msByRoute, changedByRoute } = this.#shared.log;
    return { msByRoute: { ...msByRoute }, changedByRoute: { ...changedByRoute } };
  }

  /** Requests by minute since 1970, those answered 429 apart. */
  get countsPerMinute(): ReadonlyMap<number, MinuteCount> {
    return this.#shared.log.perMinute;
  }

  get inFlight(): number {
    return this.#shared.log.inFlight;
  }

  get maxInFlight(): number {
    return this.#shared.log.maxInFlight;
  }

  /** Most writes of one contact at once; more than 1 loses keys on a real desk. */
  get maxInFlightPerContact(): number {
    return this.#shared.log.maxInFlightPerContact;
  }

  get faults(): FaultPlan {
    return this.#shared.faults;
  }

  /** The contacts of a further account. Throws when the desk has none with that number. */
  contactsOf(account: number): Contacts {
    const state = this.#shared.state.also.find((one) => one.account === account);
    if (!state) throw new Error(`the sandbox has no further account ${account}; name it in its option "also"`);
    return new Contacts(state);
  }

  setVersion(version: SandboxVersion): void {
    for (const one of [this.#shared.state, ...this.#shared.state.also]) one.version = version;
  }

  /** Requests to /api per window; 0 is no limit. */
  setRateLimit(limit: number): void {
    this.#shared.rate.limit = limit;
  }

  /** The administrator's token becomes unknown (401). */
  revokeToken(): void {
    this.#shared.state.revoked = true;
  }

  restoreToken(): void {
    this.#shared.state.revoked = false;
  }

  /** What `GET /api` says of the desk's parts. */
  setHealth(health: Partial<Health>): void {
    Object.assign(this.#shared.state.health, health);
  }

  /** Takes Redis or Postgres away (null: brings both back); `GET /api` then says "failing". */
  breakPart(part: 'redis' | 'postgres' | null): void {
    this.#shared.state.broken = part;
    this.setHealth({
      queue_services: part === 'redis' ? 'failing' : 'ok',
      data_services: part === 'postgres' ? 'failing' : 'ok',
    });
  }

  /** From now on, for that many milliseconds, connections are cut, or a proxy's page answers. */
  outage(ms: number, kind: OutageKind = 'refuse'): void {
    this.#shared.outage.begin(ms, kind);
  }

  endOutage(): void {
    this.#shared.outage.end();
  }

  /** Seeded contacts as at the start, no faults, empty log, full rate windows. */
  reset(): void {
    this.#shared.state.reset();
    this.#shared.faults.clear();
    this.#shared.outage.end();
    this.#shared.rate.reset();
    this.#shared.searches.reset();
    this.#shared.log.reset();
    this.deliveries.length = 0;
  }

  /** Cuts all connections and stops listening. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
}
