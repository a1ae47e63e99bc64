import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, DeskRequest, NetworkFault } from '../chatwoot/answer.ts';
import type { ChatwootClient } from '../chatwoot/client.ts';
import { verdict } from '../chatwoot/verdict.ts';
import type { Call } from '../run/summary.ts';
import type { Limiter } from './limiter.ts';
import { callOf } from './tally.ts';

/** Calls outside any run: the preflight, and commands that only look. */
export class Outside {
  /** What was made and is not counted for a run yet. */
  readonly calls: Call[] = [];
  readonly #client: ChatwootClient;
  readonly #limiter: Limiter;
  readonly #windowMs: number;

  constructor(client: ChatwootClient, limiter: Limiter, windowMs: number) {
    this.#client = client;
    this.#limiter = limiter;
    this.#windowMs = windowMs;
  }

  /** One call. It takes a slot like every call and waits out a full rate window, nothing else. */
  async ask(request: DeskRequest): Promise<Answer | NetworkFault> {
    for (;;) {
      const slot = await this.#limiter.acquire(request.kind, 'urgent');
      if (!slot.granted && (slot.cause === 'pace' || slot.cause === 'rate-limited')) {
        await sleep(Math.min(slot.waitMs, 1000));
        continue;
      }
      if (slot.granted && slot.waitMs > 0) await sleep(slot.waitMs);
      const answer = await this.#client.send(request);
      this.calls.push(callOf(request.kind, answer));
      const judged = verdict(answer, { fields: [], windowMs: this.#windowMs, nowMs: Date.now() });
      if (judged.type !== 'later' || judged.scope !== 'fleet' || judged.cause !== 'rate-limited') return answer;
      await this.#limiter.trip('rate-limited', judged.waitMs, slot.at);
    }
  }
}
