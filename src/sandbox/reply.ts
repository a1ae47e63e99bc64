import { type Json, stringifyExact } from './json.ts';

/** One answer before it is written to the socket. */
export interface Reply {
  status: number;
  /** The content-type header, parameters included. */
  type: string;
  body: string;
  headers?: Record<string, string>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Ends a request early with an answer, as `raise` does in the desk's own code. */
export class Halt extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`halted with ${reply.status}`);
    this.reply = reply;
  }
}

/** An answer from text that is JSON already. */
export function jsonText(status: number, body: string): Reply {
  return { status, type: JSON_TYPE, body };
}

export function json(status: number, value: Json): Reply {
  return jsonText(status, stringifyExact(value));
}

/** Rails' `head :ok`: no body, yet the type says JSON (observed). */
export function empty(status: number): Reply {
  return { status, type: JSON_TYPE, body: '' };
}

/** 404 of a record; a missing account, contact and inbox answer alike. */
export const missing = (): Reply => json(404, { error: 'Resource could not be found' });

/** 401 of a policy: the token is good, the role is not. */
export const forbidden = (): Reply => json(401, { error: 'You are not authorized to do this action' });

/** What the desk does not rescue: a broken index, NUL in text, a failed cast. */
export const serverError = (): Reply => json(500, { status: 500, error: 'Internal Server Error' });

/** 422 with one sentence: filters, missing parameters. */
export const unprocessable = (error: string): Reply => json(422, { error });

/** 422 of a record's own validation. */
export function invalid(faults: readonly { attribute: string; message: string }[]): Reply {
  return json(422, {
    message: faults.map((fault) => fault.message).join(', '),
    attributes: [...new Set(faults.map((fault) => fault.attribute))],
  });
}

/**
 * Answers made outside the controllers (no route, unreadable body): JSON only when `Accept` asks for it first; the
 * 400 page is empty, the 404 page is the desk's static one.
 */
export function rackError(status: 400 | 404, accept: string | undefined): Reply {
  if (asksForJson(accept)) return json(status, { status, error: status === 400 ? 'Bad Request' : 'Not Found' });
  const page =
    "<!DOCTYPE html><html><head><title>The page you were looking for doesn't exist (404)</title></head></html>";
  return { status, type: 'text/html; charset=utf-8', body: status === 400 ? '' : page };
}

/** rack-attack's answer: text, and no Retry-After unless the sandbox is told to send one. */
export function throttled(retryAfterSeconds?: number): Reply {
  const reply: Reply = { status: 429, type: 'text/plain', body: 'Retry later\n' };
  if (retryAfterSeconds !== undefined) reply.headers = { 'retry-after': String(retryAfterSeconds) };
  return reply;
}

/** What a proxy in front of the desk shows. */
export function htmlPage(status: number): Reply {
  const body = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center><hr><center>nginx</center></body>\r\n</html>\r\n`;
  return { status, type: 'text/html', body };
}

/** Rails ignores an Accept that looks like a browser's (comma and star-slash-star) and takes HTML then. */
function asksForJson(accept: string | undefined): boolean {
  if (accept === undefined || /,\s*\*\/\*|\*\/\*\s*,/.test(accept)) return false;
  return /^\s*(application\/json|text\/x-json)\b/i.test(accept);
}
