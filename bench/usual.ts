/**
 * What people use instead, as small clients that make the calls these ways make. None of them remembers anything, compares
 * before it writes, or finishes what a crash left behind.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { nightRow } from './rows.ts';
import { TOKEN } from './world.ts';

/** One row under way, and the contact's id once it is known. */
export interface UsualRow {
  readonly email: string;
  readonly name: string;
  readonly plan: string;
  readonly seats: number;
  id?: number;
}

/** The desk that is asked, until the signal aborts. */
export interface UsualDesk {
  readonly url: string;
  readonly signal: AbortSignal;
}

/** One request for one row. Rejects when the answer is no 200. */
export type Step = (desk: UsualDesk, row: UsualRow) => Promise<void>;

/** Rows of a night in the order of the file. Their ids are known beforehand where `ids` says so. */
export function* rowsOfNight(rows: number, every: number, night: number, ids: boolean): Generator<UsualRow> {
  for (let i = 1; i <= rows; i++) yield { ...nightRow(i, every, night), ...(ids ? { id: i } : {}) };
}

export const search: Step = async (desk, row) => {
  const { payload } = (await ask(desk, 'GET', `search?q=${encodeURIComponent(row.email)}`)) as {
    payload: { id: number; email: string }[];
  };
  row.id = payload.find(({ email }) => email === row.email)!.id;
};

export const put: Step = async (desk, { id, name, plan, seats }) => {
  await ask(desk, 'PUT', String(id), { name, custom_attributes: { plan, seats } });
};

async function ask({ url, signal }: UsualDesk, method: string, path: string, body?: object): Promise<unknown> {
  signal.throwIfAborted();
  const answer = await fetch(`${url}/api/v1/accounts/1/contacts/${path}`, {
    method,
    headers: { api_access_token: TOKEN, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status !== 200) throw new Error(`${method} contacts/${path.split('?')[0]} was answered ${answer.status}`);
  return answer.json();
}

/** Sends rows through their steps until there are no more. */
export type Launch = (desk: UsualDesk, steps: readonly Step[], rows: Iterator<UsualRow>) => Promise<void>;

/** So many rows at once, each through all its steps. */
export function inFlight(atOnce: number): Launch {
  return async (desk, steps, rows) => {
    const lane = async () => {
      for (let next = rows.next(); !next.done; next = rows.next())
        for (const step of steps) await step(desk, next.value);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  };
}

/** Batches: all rows of one through the first step at once, then all through the second; a pause; the next batch. */
export function inBatches(size: number, pauseMs: number): Launch {
  return async (desk, steps, rows) => {
    for (;;) {
      const batch: UsualRow[] = [];
      for (let next = rows.next(); !next.done; next = rows.next()) if (batch.push(next.value) === size) break;
      if (batch.length === 0) return;
      for (const step of steps) await Promise.all(batch.map((row) => step(desk, row)));
      await sleep(pauseMs, undefined, { signal: desk.signal });
    }
  };
}

/** One row after the other, and no more than so many a second. */
export function perSecond(rate: number): Launch {
  return async (desk, steps, rows) => {
    for (let next = rows.next(); !next.done; next = rows.next()) {
      const pause = sleep(1000 / rate, undefined, { signal: desk.signal });
      await Promise.all([pause, ...steps.map((step) => step(desk, next.value as UsualRow))]);
    }
  };
}
