import { setTimeout as sleep } from 'node:timers/promises';
import type { DeskRequest } from '../chatwoot/answer.ts';
import type { ChatwootClient } from '../chatwoot/client.ts';
import { healthOf } from '../chatwoot/health.ts';
import type { SendOptions } from './desk.ts';
import type { Gate, Pass } from './gate.ts';
import type { Limiter } from './limiter.ts';
import { callOf } from './tally.ts';

/** Decides who is to blame for a 500, a timeout, a reset or a strange answer: the desk or the row. */
export class Blame {
  readonly #client: ChatwootClient;
  readonly #limiter: Limiter;
  readonly #gate: Gate;

  constructor(client: ChatwootClient, limiter: Limiter, gate: Gate) {
    this.#client = client;
    this.#limiter = limiter;
    this.#gate = gate;
  }

  /**
   * Whether it is the desk, for which everybody waits then. `GET /api` answers 200 in all of Chatwoot's own troubles and
   * names the part that fails; three different contacts in a row are an outage whatever it says.
   */
  async isDesks(pass: Pass, options: SendOptions): Promise<boolean> {
    const health = await this.#health(options);
    if (health === null) return true;
    if (health !== 'well') {
      this.#gate.lastWords = health;
      await this.#limiter.trip('outage', null, pass.at);
      return true;
    }
    if (options.subject !== undefined) {
      const { outage, contacts, waitMs } = await this.#limiter.streak(options.subject, pass.at);
      if (outage) {
        this.#gate.lastWords = `${contacts} contacts in a row failed`;
        await this.#limiter.trip('outage', waitMs, pass.at);
        return true;
      }
    }
    if (pass.probe) await this.#limiter.clear('answers');
    return false;
  }

  /** `well`, or what is wrong; null when the whole fleet was held meanwhile. It costs a slot like any call. */
  async #health(options: SendOptions): Promise<string | null> {
    const request: DeskRequest = { kind: 'other', method: 'GET', path: '/api', requestId: 'health', timeoutMs: 5000 };
    for (;;) {
      const slot = await this.#limiter.acquire('other', 'urgent');
      if (!slot.granted && slot.cause !== 'pace') return null;
      if (slot.waitMs > 0)
        await sleep(slot.waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
      if (slot.granted) break;
    }
    const outcome = await this.#client.send(request);
    options.onCall(callOf('other', outcome));
    return healthOf(outcome);
  }
}
