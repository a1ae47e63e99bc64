import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got, { type Got, type OptionsInit, RequestError } from 'got';
import { USER_AGENT } from '../version.ts';
import { isPrivateLiteral, PRIVATE_ADDRESS, publicLookup } from './private-address.ts';
import { addressOf } from './template.ts';
import { type Found, verdictOf } from './verdict.ts';

export interface RecordClientOptions {
  /** Address of a record, with {id} in it. */
  url: string;
  /** What is sent with each request, credentials included. */
  headers: Readonly<Record<string, string>>;
  /** Longest wait for one answer, in milliseconds. */
  timeoutMs: number;
  /** Private addresses and plain HTTP are allowed. */
  allowPrivate: boolean;
}

/** No record of a person is larger; what is larger is not read to its end. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Connections that no request uses are closed after so long, in milliseconds. */
const IDLE_SOCKET_MS = 15_000;

const PRIVATE: Found = {
  type: 'never',
  why: 'the host of fetch.url has no public address: use its public name, or set fetch.allow_private',
};

/**
 * Asks one CRM for records, each once. Redirects are not followed, since the credentials would travel along, and private
 * addresses are refused when the connection is made, since a sender of events chooses what is asked for.
 */
export class RecordClient {
  readonly #options: RecordClientOptions;
  readonly #got: Got;
  readonly #agents: { http: HttpAgent; https: HttpsAgent };

  constructor(options: RecordClientOptions) {
    this.#options = options;
    const pool = {
      keepAlive: true,
      timeout: IDLE_SOCKET_MS,
      ...(options.allowPrivate ? {} : { lookup: publicLookup() }),
    };
    this.#agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
    this.#got = got.extend({
      method: 'GET',
      agent: this.#agents,
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      // A small answer that unpacks to a large one has no place to hide.
      decompress: false,
      responseType: 'buffer',
      // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's shell would switch it off.
      https: { rejectUnauthorized: true },
      timeout: { request: options.timeoutMs },
      headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...options.headers },
    });
  }

  /** Asks for the record of an id. Never throws for anything that the network or the CRM does. */
  async ask(id: string, signal: AbortSignal): Promise<Found> {
    const { url, allowPrivate } = this.#options;
    const address = addressOf(url, id);
    if (address === undefined)
      return { type: 'never', why: 'no address can carry this id: look at what the sender sends' };
    // A literal address is connected to without being looked up.
    if (!allowPrivate && isPrivateLiteral(address.hostname)) return PRIVATE;
    const pending = this.#got(address, { signal } as OptionsInit & { isStream?: false });
    let tooLarge = false;
    pending.on('downloadProgress', ({ transferred }) => {
      if (transferred <= MAX_ANSWER_BYTES) return;
      tooLarge = true;
      pending.cancel();
    });
    try {
      const { statusCode: status, headers, rawBody: body } = await pending;
      if (body.length > MAX_ANSWER_BYTES) return TOO_LARGE;
      const answer = { status, contentType: headers['content-type'], retryAfter: headers['retry-after'], body };
      return verdictOf(answer, Date.now());
    } catch (error) {
      if (tooLarge) return TOO_LARGE;
      if (signal.aborted) return { type: 'aborted' };
      if (!(error instanceof RequestError)) throw error;
      if (error.code === PRIVATE_ADDRESS) return PRIVATE;
      return { type: 'later', why: `the CRM did not answer (${error.code})`, waitMs: null };
    }
  }

  /** Closes all kept connections. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }
}

const TOO_LARGE: Found = {
  type: 'never',
  why: 'the answer of the CRM is larger than 1 MiB: let fetch.url ask for fewer properties',
};
