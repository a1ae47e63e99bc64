import type { Definitions } from '../src/contact/attribute.ts';
import type { Claimed, Fetched, ThinEvents } from '../src/events/thin.ts';
import { type Pauses, pauseMs } from '../src/fetch/pause.ts';
import type { Found } from '../src/fetch/verdict.ts';

/** What fetching records of one source takes. */
export interface FetchParts {
  thin: Pick<ThinEvents, 'claim' | 'release' | 'finish'>;
  /** Asks the CRM once; never throws for what network or CRM do. */
  ask: (id: string, signal: AbortSignal) => Promise<Found>;
  /** The values in an answer; undefined when there are none where they should be. */
  valuesIn: (document: unknown, id: string) => Readonly<Record<string, unknown>> | undefined;
  /** As known when the record is shaped. */
  definitions: () => Promise<Definitions | undefined>;
  /** Told of batches that are due. */
  onBatches: (batches: readonly string[]) => Promise<void>;
  /** Told of an attempt that failed and is repeated. */
  onRetry: (claimed: Claimed, why: string) => void;
  /** Attempts a record has. */
  attempts: number;
  pauses: Pauses;
  random: () => number;
}

/** How a turn ended. */
export type FetchTurn =
  | { type: 'done' }
  /** The same record after so many milliseconds. */
  | { type: 'later'; ms: number }
  /** Nothing of this source for a while: `status` says why, `waitMs` what the CRM asks for. */
  | { type: 'hold'; status: number; waitMs: number | null }
  | { type: 'stopping' };

/**
 * Fetches the record of one event that carries only an id, and gives the event its way. May be repeated at any point: what
 * has its way is not there any more.
 */
export async function fetchRecord(place: string, parts: FetchParts, signal: AbortSignal): Promise<FetchTurn> {
  const { thin, attempts } = parts;
  const claimed = await thin.claim(place);
  if (claimed === undefined) return { type: 'done' };
  const { content } = claimed.event;
  const id = content.type === 'thin' ? content.id : '';
  const found = await parts.ask(id, signal);
  switch (found.type) {
    case 'record': {
      const values = parts.valuesIn(found.document, id);
      const why = 'there is no object at fetch.values in the answer of the CRM: lead to the one that holds the values';
      return finish(claimed, values === undefined ? { type: 'failed', why } : { type: 'values', values }, parts);
    }
    case 'gone':
      return finish(claimed, { type: 'gone' }, parts);
    case 'never':
      return finish(claimed, { type: 'failed', why: found.why }, parts);
    case 'later': {
      const used = claimed.attempts + 1;
      if (used >= attempts) {
        const times = used === 1 ? 'once' : `${used} times`;
        return finish(claimed, { type: 'failed', why: `${found.why}, asked ${times}` }, parts);
      }
      parts.onRetry(claimed, found.why);
      if (!(await thin.release(claimed, { attemptUsed: true }))) return { type: 'done' };
      return { type: 'later', ms: Math.max(pauseMs(parts.pauses, used, parts.random), found.waitMs ?? 0) };
    }
    case 'refused':
    case 'busy': {
      if (!(await thin.release(claimed, { attemptUsed: false }))) return { type: 'done' };
      if (found.type === 'refused') return { type: 'hold', status: found.status, waitMs: null };
      return { type: 'hold', status: 429, waitMs: found.waitMs };
    }
    case 'aborted':
      await thin.release(claimed, { attemptUsed: false });
      return { type: 'stopping' };
  }
}

async function finish(claimed: Claimed, fetched: Fetched, parts: FetchParts): Promise<FetchTurn> {
  const definitions = fetched.type === 'values' ? await parts.definitions() : undefined;
  await parts.onBatches(await parts.thin.finish(claimed, fetched, definitions));
  return { type: 'done' };
}
