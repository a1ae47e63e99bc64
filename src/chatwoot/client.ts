import got, {
  type Got,
  type HandlerFunction,
  type Options,
  type OptionsInit,
  RequestError,
  type Response,
  TimeoutError,
} from 'got';
import { USER_AGENT } from '../version.ts';
import { type Answer, type DeskRequest, deskMsOf, type NetworkFault } from './answer.ts';
import { Wire } from './wire.ts';

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
  readonly #wire: Wire;

  constructor(options: ClientOptions) {
    const { baseUrl, token, timeoutMs, ca, idleSocketMs = IDLE_SOCKET_MS } = options;
    this.#wire = new Wire(baseUrl, ca === undefined ? { idleSocketMs } : { idleSocketMs, ca });
    this.#got = got.extend({
      prefixUrl: baseUrl,
      handlers: [lean],
      request: (url, { method = 'GET', headers = {} }) => this.#wire.request(url, method, headers),
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      timeout: { request: timeoutMs, connect: Math.min(10_000, timeoutMs) },
      headers: {
        // Not `api_access_token`: nginx drops header names with an underscore.
        'api-access-token': token,
        accept: 'application/json',
        'user-agent': USER_AGENT,
      },
    });
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
    try {
      const answer = await this.#exchange(request.path.replace(/^\//, ''), options);
      if (answer === 'too large')
        return { type: 'fault', fault: 'too-large', code: 'ETOOLARGE', roundTripMs: elapsed() };
      const { status, header, text } = answer;
      const clock = header.date === undefined ? Number.NaN : Date.parse(header.date);
      return {
        type: 'answer',
        status,
        mediaType: (header['content-type'] ?? '').split(';')[0]!.trim().toLowerCase(),
        text,
        deskMs: deskMsOf(header['x-runtime'] as string | undefined),
        roundTripMs: elapsed(),
        retryAfter: header['retry-after'] ?? null,
        deskClockMs: Number.isNaN(clock) ? null : clock,
        location: header.location ?? null,
      };
    } catch (error) {
      if (signal?.aborted) return { type: 'fault', fault: 'aborted', code: 'ABORTED', roundTripMs: elapsed() };
      return { type: 'fault', ...faultOf(error), roundTripMs: elapsed() };
    }
  }

  /**
   * got's stream rather than its promise, which is a stream with a promise, a cancellation and an emitter around it; with
   * the lean request of Wire a fifth less CPU time a call (docs/performance.md, throughput).
   */
  #exchange(path: string, options: OptionsInit): Promise<RawAnswer | 'too large'> {
    return new Promise((resolve, reject) => {
      const stream = this.#got.stream(path, { ...options, isStream: true });
      let response: Response | undefined;
      let text = '';
      stream.setEncoding('utf8');
      stream.on('response', (head: Response) => {
        response = head;
      });
      stream.on('data', (part: string) => {
        text += part;
        if (stream.downloadProgress.transferred <= MAX_ANSWER_BYTES) return;
        resolve('too large');
        stream.destroy();
      });
      // Also what comes after the answer: nobody asks for it any more, but an error without a listener ends the process.
      stream.on('error', reject);
      stream.on('end', () => resolve({ status: response!.statusCode, header: response!.headers, text }));
      // A method that may have a body waits for one.
      if (options.body === undefined && options.method !== 'GET') stream.end();
    });
  }

  /** Closes all kept connections. */
  close(): void {
    this.#wire.close();
  }
}

/**
 * Wire says all the rest; the thirty settings that got would put together for Node took a twelfth of this process' CPU time
 * (docs/performance.md, throughput).
 */
const lean: HandlerFunction = (options, next) => {
  options.createNativeRequestOptions = (() => ({
    method: options.method,
    headers: options.headers,
  })) as Options['createNativeRequestOptions'];
  return next(options);
};

interface RawAnswer {
  status: number;
  header: Response['headers'];
  text: string;
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
