import { randomUUID } from 'node:crypto';

/**
 * The `x-request-id` of an answer: the client's, without the characters outside `[A-Za-z0-9_@-]` and cut at 255
 * (ActionDispatch::RequestId; observed on error answers as well), else a new one.
 */
export function requestIdOf(sent: string | string[] | undefined): string {
  const text = Array.isArray(sent) ? sent[0] : sent;
  return text?.replace(/[^\w@-]/g, '').slice(0, 255) || randomUUID();
}
