/**
 * An agent at work: asks the desk so many times a second, evenly, whether it answers or not, and notes how long each answer
 * took. With `atOnce` it is another client instead, which asks again as soon as it has an answer, that many times at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TOKEN } from './world.ts';

export interface Agent {
  /** When each answer came and how long it took, in milliseconds since it was asked for. */
  readonly took: { at: number; ms: number }[];
  /** Stops asking, and waits for the answers that are still to come. */
  stop(): Promise<void>;
  /** Stops asking and waits for nothing; how long those without an answer have waited by now, in milliseconds. */
  leave(): number[];
}

/** Asks evenly: what an agent's browser does when a contact is opened. */
export function agent(url: string, contacts: number, perSecond: number): Agent {
  const took: Agent['took'] = [];
  /** Those without an answer, and when each was asked for. */
  const open = new Map<Promise<void>, number>();
  let n = 0;
  const timer = setInterval(() => {
    const from = performance.now();
    const asked = fetch(`${url}/api/v1/accounts/1/contacts/${(n++ % contacts) + 1}`, {
      headers: { api_access_token: TOKEN },
    })
      .then((answer) => answer.arrayBuffer())
      .then(() => void took.push({ at: Date.now(), ms: performance.now() - from }))
      .catch(() => undefined)
      .finally(() => open.delete(asked));
    open.set(asked, from);
  }, 1000 / perSecond);
  return {
    took,
    async stop() {
      clearInterval(timer);
      await Promise.all(open.keys());
    },
    leave() {
      clearInterval(timer);
      const now = performance.now();
      return [...open.values()].map((from) => now - from);
    },
  };
}

/** Loads the desk with whatever it can do. */
export function crowd(url: string, contacts: number, atOnce: number): Agent {
  const took: Agent['took'] = [];
  /** When each lane asked last. */
  const asked: number[] = [];
  let going = true;
  const lanes = Array.from({ length: atOnce }, async (_, lane) => {
    for (let n = lane; going; n += atOnce) {
      const from = performance.now();
      asked[lane] = from;
      await fetch(`${url}/api/v1/accounts/1/contacts/${(n % contacts) + 1}`, { headers: { api_access_token: TOKEN } })
        .then((answer) => answer.arrayBuffer())
        .catch(() => sleep(50));
      took.push({ at: Date.now(), ms: performance.now() - from });
    }
  });
  return {
    took,
    async stop() {
      going = false;
      await Promise.all(lanes);
    },
    leave() {
      going = false;
      const now = performance.now();
      return asked.map((from) => now - from);
    },
  };
}
