import { parseBody } from '../source/webhook/parse.ts';

/** What came of asking a CRM for one record. `why` names no value, no address and no credential. */
export type Found =
  | { type: 'record'; document: unknown }
  /** The CRM has no such record. */
  | { type: 'gone' }
  /** The credential is not taken: whatever is asked next would be refused too. */
  | { type: 'refused'; status: number }
  /** Too many requests, of all records; `waitMs`: what the CRM asks for. */
  | { type: 'busy'; waitMs: number | null }
  /** May go well the next time. */
  | { type: 'later'; why: string; waitMs: number | null }
  /** Asking again cannot help; `why` ends with the next step. */
  | { type: 'never'; why: string }
  /** This process is stopping. */
  | { type: 'aborted' };

/** An answer as it came. */
export interface RecordAnswer {
  status: number;
  contentType: string | undefined;
  retryAfter: string | undefined;
  body: Buffer;
}

/** A wish to wait longer than this is not followed, in milliseconds: somebody may have mended it by then. */
const LONGEST_WISH_MS = 60 * 60 * 1000;

/** What an answer of the CRM means. Pure; `nowMs` is our clock, for a Retry-After that is a date. */
export function verdictOf({ status, contentType, retryAfter, body }: RecordAnswer, nowMs: number): Found {
  if (status === 200) return recordIn(body, contentType);
  if (status === 404 || status === 410) return { type: 'gone' };
  if (status === 401 || status === 403 || status === 407) return { type: 'refused', status };
  const waitMs = wished(retryAfter, nowMs);
  if (status === 429) return { type: 'busy', waitMs };
  if (status === 408 || status === 425 || status >= 500) {
    return { type: 'later', why: `the CRM answered with status ${status}`, waitMs };
  }
  if (status >= 300 && status < 400) {
    const why = `the CRM answered with a redirect (status ${status}), which is not followed: put the final address into fetch.url`;
    return { type: 'never', why };
  }
  return { type: 'never', why: `the CRM answered with status ${status}: look at fetch.url and what it takes` };
}

function recordIn(body: Buffer, contentType: string | undefined): Found {
  if (contentType !== undefined && !/^[^;]*[/+]json\b/i.test(contentType)) {
    return { type: 'never', why: 'the answer of the CRM is not JSON: look at fetch.url' };
  }
  const read = parseBody(body, contentType);
  if ('fault' in read) return { type: 'never', why: `of the answer of the CRM, ${read.fault}` };
  return { type: 'record', document: read.value };
}

function wished(retryAfter: string | undefined, nowMs: number): number | null {
  if (retryAfter === undefined) return null;
  const text = retryAfter.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WISH_MS);
}
