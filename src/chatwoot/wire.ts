import { type ClientRequest, Agent as HttpAgent, type RequestOptions, request as requestOverHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestOverHttps } from 'node:https';
import { urlToHttpOptions } from 'node:url';

export interface WireOptions {
  /** Idle time after which a kept connection is closed, in milliseconds. */
  idleSocketMs: number;
  /** PEM text of a private certificate authority. */
  ca?: string;
}

/**
 * Connections to one desk that are kept open. got hands Node thirty settings with each request, nearly all of them
 * undefined, and Node copies them four times; what never changes is said here once.
 */
export class Wire {
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #send: typeof requestOverHttp;
  readonly #host: { protocol: string; hostname: string; port?: number };

  constructor(baseUrl: string, { idleSocketMs, ca }: WireOptions) {
    const url = new URL(baseUrl);
    const pool = { keepAlive: true, timeout: idleSocketMs };
    const secure = url.protocol === 'https:';
    // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's shell would switch it off.
    const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
    this.#agent = secure ? new HttpsAgent({ ...pool, ...trust }) : new HttpAgent(pool);
    this.#send = secure ? requestOverHttps : requestOverHttp;
    // Without the brackets of an IPv6 address, as Node wants it.
    const { protocol, hostname, port } = urlToHttpOptions(url);
    this.#host = { protocol: protocol!, hostname: hostname!, ...(port === undefined ? {} : { port: Number(port) }) };
  }

  /** Begins a request; its address is of this desk. */
  request({ pathname, search }: URL, method: string, headers: NonNullable<RequestOptions['headers']>): ClientRequest {
    return this.#send({ ...this.#host, path: pathname + search, method, headers, agent: this.#agent });
  }

  /** Closes all kept connections. */
  close(): void {
    this.#agent.destroy();
  }
}
