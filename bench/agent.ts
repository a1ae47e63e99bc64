/**
 * An agent at work: asks the desk so many times a second, evenly, whether it answers or not, and notes how long each answer
 * took. With `atOnce` it is another client instead, which asks again as soon as it has an answer, that many times at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TOKEN } from './world.ts';

export interface Agent {
  /** When each answer came and how long it took, in milliseconds since it was asked for. */
  readonly took: { at: number; ms: number }[];
  stop(): Promise<void>;
}

/** Asks evenly: what an agent's browser does when a contact is opened. */
export function agent(url: string, contacts: number, perSecond: number): Agent {
  const took: Agent['took'] = [];
  const open = new Set<Promise<void>>();
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
    open.add(asked);
  }, 1000 / perSecond);
  return {
    took,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

/** Loads the desk with whatever it can do. */
export function crowd(url: string, contacts: number, atOnce: number): Agent {
  const took: Agent['took'] = [];
  let going = true;
  const lanes = Array.from({ length: atOnce }, async (_, lane) => {
    for (let n = lane; going; n += atOnce) {
      const from = performance.now();
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
  };
}
