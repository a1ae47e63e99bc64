import type { Reason } from '../run/reason.ts';
import type { Answer, NetworkFault } from './answer.ts';

/** Why the whole fleet has to wait. */
export type HoldCause = 'rate-limited' | 'outage' | 'token-refused';

/**
 * What an answer means for the change it belongs to. A closed union: whoever reads it names every case.
 *
 * - `ok`: applied (or read).
 * - `later`, `fleet`: not this row's doing; everybody waits, no attempt is used.
 * - `later`, `row`: may be this row's doing or the desk's. Ask `GET /api` before counting it as an attempt: a 500 says
 *   nothing about the write (it is applied when only the desk's Redis is gone), and repeating a PUT is harmless.
 * - `never`: retrying cannot help.
 */
export type Verdict =
  | { type: 'ok'; answer: Answer }
  | { type: 'later'; scope: 'fleet'; cause: HoldCause; waitMs: number | null; status: number | null; detail: string }
  | { type: 'later'; scope: 'row'; reason: Reason; status: number | null; detail: string }
  | { type: 'never'; reason: Reason; status: number; detail: string; attributes: string[] };

export interface VerdictContext {
  /** Names of the fields in the request (`email`, `custom_attributes.plan`), to tell our fault from an older one. */
  fields: readonly string[];
  /** Length of the desk's rate window in milliseconds: rack-attack counts in clock minutes. */
  windowMs: number;
  /** Our clock in epoch milliseconds, used when the desk does not say its own. */
  nowMs: number;
}

/** Turns any answer or network fault into a verdict. Pure. */
export function verdict(outcome: Answer | NetworkFault, context: VerdictContext): Verdict {
  return outcome.type === 'fault' ? ofFault(outcome) : ofAnswer(outcome, context);
}

function ofFault(fault: NetworkFault): Verdict {
  const detail = fault.code;
  switch (fault.fault) {
    case 'unreachable':
      return { type: 'later', scope: 'fleet', cause: 'outage', waitMs: null, status: null, detail };
    case 'reset':
    case 'aborted':
      return { type: 'later', scope: 'row', reason: 'connection-lost', status: null, detail };
    case 'timeout':
      return { type: 'later', scope: 'row', reason: 'timed-out', status: null, detail };
    case 'too-large':
      return { type: 'later', scope: 'row', reason: 'not-an-answer', status: null, detail: 'answer over 5 MB' };
  }
}

function ofAnswer(answer: Answer, context: VerdictContext): Verdict {
  const { status } = answer;
  const isJson = answer.mediaType === 'application/json';
  const detail = `HTTP ${status}`;
  const foreign: Verdict = { type: 'later', scope: 'row', reason: 'not-an-answer', status, detail };
  if (status === 429) {
    const waitMs = waitAfter429(answer, context);
    return { type: 'later', scope: 'fleet', cause: 'rate-limited', waitMs, status, detail };
  }
  if (status === 502 || status === 503 || status === 504) {
    const waitMs = answer.retryAfter === null ? null : retryAfterMs(answer.retryAfter, context.nowMs);
    return { type: 'later', scope: 'fleet', cause: 'outage', waitMs, status, detail };
  }
  if (status === 408 || status === 425) return { type: 'later', scope: 'row', reason: 'timed-out', status, detail };
  if (status >= 500) return { type: 'later', scope: 'row', reason: 'server-error', status, detail };
  // The desk's own answers are JSON, except an empty 200 (bulk_actions) and an empty 400 or 404.
  if (!isJson && !(answer.text === '' && (status === 200 || status === 400 || status === 404))) return foreign;
  if (status >= 200 && status < 300) return { type: 'ok', answer };
  switch (status) {
    case 401: {
      const words = wordsOf(answer.text) ?? detail;
      return { type: 'later', scope: 'fleet', cause: 'token-refused', waitMs: null, status, detail: words };
    }
    case 404:
      return { type: 'never', reason: 'contact-gone', status, detail, attributes: [] };
    case 422:
      return of422(answer, context);
    case 400:
    case 413:
    case 414:
    case 415:
      return { type: 'never', reason: 'bad-request', status, detail, attributes: [] };
    default:
      // Redirects and 403 come from a proxy or a firewall, never from Chatwoot's contact API.
      return foreign;
  }
}

/** 422 carries `{"message", "attributes": [..]}` from validation, or `{"error"}`. The words follow a locale: read the attributes. */
function of422(answer: Answer, context: VerdictContext): Verdict {
  const body = jsonObject(answer.text);
  const attributes = Array.isArray(body?.attributes)
    ? body.attributes.filter((a): a is string => typeof a === 'string')
    : [];
  const words = wordsOf(answer.text) ?? 'HTTP 422';
  const never = (reason: Reason): Verdict => ({ type: 'never', reason, status: 422, detail: words, attributes });
  if (attributes.length === 0) return never('field-refused');
  const sent = new Set(context.fields);
  // `location` and `country_code` are columns that the desk derives from city and country.
  if (sent.has('additional_attributes.city')) sent.add('location');
  if (sent.has('additional_attributes.country')) sent.add('country_code');
  const ours = attributes.find((attribute) => sent.has(attribute));
  if (ours === undefined) return never('record-invalid-elsewhere');
  const taken = /taken/i.test(words);
  const long = /too long/i.test(words);
  switch (ours) {
    case 'email':
      return never(taken ? 'email-taken' : long ? 'too-long' : 'email-format');
    case 'phone_number':
      return never(taken ? 'phone-taken' : long ? 'too-long' : 'phone-format');
    case 'identifier':
      return never(taken ? 'identifier-taken' : 'too-long');
    default:
      return never(long ? 'too-long' : 'field-refused');
  }
}

/** Longest that a `Retry-After` is believed, in milliseconds. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;

function waitAfter429(answer: Answer, context: VerdictContext): number {
  if (answer.retryAfter !== null) {
    const wait = retryAfterMs(answer.retryAfter, answer.deskClockMs ?? context.nowMs);
    if (wait !== null) return wait;
  }
  // The counter starts anew with the desk's next clock minute (rack-attack: epoch / period).
  const clock = answer.deskClockMs ?? context.nowMs;
  return context.windowMs - (clock % context.windowMs);
}

/** `Retry-After` in seconds or as an HTTP date; null when it is neither. */
export function retryAfterMs(header: string, nowMs: number): number | null {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  // A date begins with its weekday; without looking, Date.parse takes "-5" and "1.5" for dates long gone.
  const at = /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(0, at - nowMs), MAX_RETRY_AFTER_MS);
}

/** E-mail addresses and phone numbers: Chatwoot's words never repeat a value, a proxy's may. */
const ADDRESS = /[^\s"']+@[^\s"']+|\+?\d[\d ().-]{6,}\d/g;

/** The desk's words about an error, for logs and reports: at most 300 characters, without addresses and numbers of people. */
export function wordsOf(text: string): string | undefined {
  const body = jsonObject(text);
  for (const words of [body?.message, body?.error, Array.isArray(body?.errors) ? body.errors[0] : undefined]) {
    if (typeof words === 'string' && words !== '') return words.slice(0, 300).replace(ADDRESS, '…');
  }
  return undefined;
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
