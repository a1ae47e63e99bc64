import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got, { type Got, type OptionsInit, RequestError, TimeoutError } from 'got';
import { USER_AGENT } from '../version.ts';
import { type Answer, type DeskRequest, deskMsOf, type NetworkFault } from './answer.ts';

export interface ClientOptions {
  baseUrl: string;
  token: string;
  /** Longest wait for one answer, in milliseconds. The desk gives up at 15 s (rack-timeout), so 20 s hears its own word. */
  timeoutMs: number;
  /** PEM text of a private certificate authority. */
  ca?: string;
  /** Overrides the idle time after which a kept connection is closed, in milliseconds. */
  idleSocketMs?: number;
}

/** The desk closes a connection after 20.2 s without a request; closing first avoids sending into a closing socket. */
const IDLE_SOCKET_MS = 15_000;

/** An answer larger than this is no contact: a page of 15 contacts with 100 kB attributes each still fits. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/** No connection came about, so the desk cannot have applied anything. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/**
 * The only part that speaks HTTP. It sends one request once and says what came back; whether and when to try again is
 * not its business (see verdict.ts), so got's own retry is off, and redirects are not followed, since the token would
 * travel along.
 */
export class ChatwootClient {
  readonly #got: Got;
  readonly #agents: { http: HttpAgent; https: HttpsAgent };

  constructor(options: ClientOptions) {
    const pool = { keepAlive: true, timeout: options.idleSocketMs ?? IDLE_SOCKET_MS };
    this.#agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
    const defaults: OptionsInit = {
      prefixUrl: options.baseUrl,
      agent: this.#agents,
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      timeout: { request: options.timeoutMs, connect: Math.min(10_000, options.timeoutMs) },
      headers: {
        // Not `api_access_token`: nginx drops header names with an underscore.
        'api-access-token': options.token,
        accept: 'application/json',
        'user-agent': USER_AGENT,
      },
    };
    // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's shell would switch it off.
    defaults.https = { rejectUnauthorized: true };
    if (options.ca !== undefined) defaults.https.certificateAuthority = options.ca;
    this.#got = got.extend(defaults);
  }

  /** Sends the request once. Never throws for anything the network or the desk does. */
  async send(request: DeskRequest, signal?: AbortSignal): Promise<Answer | NetworkFault> {
    const started = performance.now();
    const elapsed = () => Math.round((performance.now() - started) * 1e3) / 1e3;
    const headers: Record<string, string> = { 'x-request-id': request.requestId };
    const options: OptionsInit = { method: request.method, headers };
    if (request.body !== undefined) {
      options.body = request.body;
      // Without it Rails does not parse the body: 200, and nothing changed.
      headers['content-type'] = 'application/json';
    }
    if (request.timeoutMs !== undefined) options.timeout = { request: request.timeoutMs };
    if (signal !== undefined) options.signal = signal;
    const pending = this.#got(request.path.replace(/^\//, ''), options as OptionsInit & { isStream?: false });
    let tooLarge = false;
    pending.on('downloadProgress', (progress) => {
      if (progress.transferred <= MAX_ANSWER_BYTES) return;
      tooLarge = true;
      pending.cancel();
    });
    try {
      const response = await pending;
      const header = response.headers;
      const clock = header.date === undefined ? Number.NaN : Date.parse(header.date);
      return {
        type: 'answer',
        status: response.statusCode,
        mediaType: (header['content-type'] ?? '').split(';')[0]!.trim().toLowerCase(),
        text: response.body as unknown as string,
        deskMs: deskMsOf(header['x-runtime'] as string | undefined),
        roundTripMs: elapsed(),
        retryAfter: header['retry-after'] ?? null,
        deskClockMs: Number.isNaN(clock) ? null : clock,
        location: header.location ?? null,
      };
    } catch (error) {
      if (tooLarge) return { type: 'fault', fault: 'too-large', code: 'ETOOLARGE', roundTripMs: elapsed() };
      if (signal?.aborted) return { type: 'fault', fault: 'aborted', code: 'ABORTED', roundTripMs: elapsed() };
      return { type: 'fault', ...faultOf(error), roundTripMs: elapsed() };
    }
  }

  /** Closes all kept connections. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }
}

function faultOf(error: unknown): { fault: NetworkFault['fault']; code: string } {
  if (error instanceof TimeoutError) {
    const connecting = error.event === 'connect' || error.event === 'lookup' || error.event === 'secureConnect';
    return { fault: connecting ? 'unreachable' : 'timeout', code: error.code };
  }
  if (error instanceof RequestError) {
    const code = error.code;
    if (UNREACHABLE.has(code)) return { fault: 'unreachable', code };
    // A handshake or certificate that fails ends before any byte of the request was sent.
    if (/^(EPROTO|ERR_TLS|HOSTNAME_MISMATCH|UNABLE_TO_|INVALID_CA)|CERT|SSL/.test(code)) {
      return { fault: 'unreachable', code };
    }
    return { fault: 'reset', code };
  }
  throw error;
}
