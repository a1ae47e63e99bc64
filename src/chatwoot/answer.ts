import type { CallKind } from '../run/summary.ts';

/** One request to the desk, ready to be sent. */
export interface DeskRequest {
  /** How the report counts it. */
  kind: CallKind;
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path with query, from the root of the desk (`/api/v1/...`). */
  path: string;
  /** Body as JSON text. */
  body?: string;
  /** Sent as `X-Request-Id`; the desk keeps `[A-Za-z0-9_@-]` and 255 characters of it and writes it on its log lines. */
  requestId: string;
  /** Overrides the client's limit, in milliseconds. */
  timeoutMs?: number;
}

/** What came back over the wire, whatever the status. */
export interface Answer {
  type: 'answer';
  status: number;
  /** Media type without parameters, lower case; '' without the header. */
  mediaType: string;
  text: string;
  /** The desk's own seconds of work (`x-runtime`), in milliseconds; null where a proxy strips the header. */
  deskMs: number | null;
  /** Time on our clock from sending to the last byte, in milliseconds. */
  roundTripMs: number;
  retryAfter: string | null;
  /** The desk's clock (`date` header, whole seconds) in epoch milliseconds; null when absent. */
  deskClockMs: number | null;
  location: string | null;
}

/** No usable answer: what the network did instead. */
export interface NetworkFault {
  type: 'fault';
  /**
   * `unreachable`: no connection was made, so nothing was applied. `reset`: broken after sending, the desk may have
   * applied it. `timeout`: no answer in time, likewise. `too-large`: the answer went over the cap. `aborted`: by us.
   */
  fault: 'unreachable' | 'reset' | 'timeout' | 'too-large' | 'aborted';
  /** Node's code (`ECONNREFUSED`, ...), for people. */
  code: string;
  roundTripMs: number;
}

/** `x-runtime` is written in seconds ("0.017123"). */
export function deskMsOf(header: string | undefined): number | null {
  if (header === undefined || header === '') return null;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) / 1e3 : null;
}
