import { Companies } from './company.ts';
import type { ContactRecord } from './contact.ts';
import { Definitions } from './definitions.ts';
import { OrderedList } from './order.ts';
import { SEEDED_DEFINITIONS } from './seed.ts';
import { ContactStore } from './store.ts';
import { type Behaviour, behaviourOf, type SandboxVersion } from './version.ts';
import { Webhooks } from './webhooks.ts';

/** What the two halves of `GET /api` say about the desk's own parts. */
export interface Health {
  queue_services: 'ok' | 'failing';
  data_services: 'ok' | 'failing';
}

/** One change of a contact, told to whoever delivers webhooks. */
export interface ContactEvent {
  name: 'contact_created' | 'contact_updated';
  contact: ContactRecord;
  /** The record before the change; undefined for a created one. */
  before?: ContactRecord;
}

/** Everything the desk remembers. */
export class State {
  readonly account: number;
  readonly token: string;
  /** The desk's further accounts: their content is their own, what concerns the desk or its users is kept by the first. */
  readonly also: readonly State[];
  version: SandboxVersion;
  store: ContactStore;
  definitions: Definitions;
  webhooks: Webhooks;
  companies: Companies;
  order = new OrderedList();
  health: Health = { queue_services: 'ok', data_services: 'ok' };
  /** Part of the desk that is down; see `broken.ts`. */
  broken: 'redis' | 'postgres' | null = null;
  revoked = false;
  /** Called after each change that the desk announces. */
  onEvent: (event: ContactEvent) => void = () => {};
  /** Called when the desk starts an avatar job: an `avatar_url` was sent, or an e-mail was set (null). */
  onAvatar: (contactId: number, url: string | null) => void = () => {};
  readonly #seeded: number;

  constructor(account: number, token: string, version: SandboxVersion, seeded: number, also: readonly number[] = []) {
    this.account = account;
    this.token = token;
    this.version = version;
    this.#seeded = seeded;
    this.store = new ContactStore(seeded);
    this.definitions = new Definitions();
    this.webhooks = new Webhooks();
    this.companies = new Companies();
    this.#defineSeeds();
    this.also = also.map((number) => new State(number, token, version, seeded));
  }

  get behaviour(): Behaviour {
    return behaviourOf(this.version);
  }

  /** Back to the first moment: seeded contacts as they were, nothing else. */
  reset(): void {
    this.store = new ContactStore(this.#seeded);
    this.definitions = new Definitions();
    this.webhooks = new Webhooks();
    this.companies = new Companies();
    this.order = new OrderedList();
    this.health = { queue_services: 'ok', data_services: 'ok' };
    this.broken = null;
    this.revoked = false;
    this.#defineSeeds();
    for (const other of this.also) other.reset();
  }

  #defineSeeds(): void {
    if (this.#seeded === 0) return;
    for (const { key, name, type, values } of SEEDED_DEFINITIONS) {
      this.definitions.add({ key, name, type, values: [...values], model: 'contact_attribute' });
    }
  }
}
