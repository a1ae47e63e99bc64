import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Readable, Transform } from 'node:stream';
import got, { type Request, RequestError } from 'got';
import { USER_AGENT } from '../version.ts';
import { isPrivateLiteral, PRIVATE_ADDRESS, publicLookup } from './private-address.ts';

export interface DownloadOptions {
  /** What is sent to the host of the address and to no other, credentials included. */
  headers: Readonly<Record<string, string>>;
  /** What named the credential, for error texts. Default: --header-env. */
  credentialOf?: string;
  /** Bytes, as they come out of the connection and unpacked. */
  maxSize: number;
  /** Longest time in all, in milliseconds. */
  timeoutMs: number;
  /** Private addresses and plain HTTP are allowed. */
  allowPrivate: boolean;
}

/** As many as any export has; more lead in a circle. */
const MAX_REDIRECTS = 5;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** A download that failed. The message ends with the next step; of the address it names the host alone. */
export class DownloadError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DownloadError';
  }
}

/**
 * Gets one export from the web. Its host may send us on, as many do to a store of files: credentials stay with the host that
 * they were given for, and no step may lead to a private address.
 */
export class Download {
  readonly #options: DownloadOptions;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  /**
   * The content, as it streams in.
   *
   * @throws DownloadError when there is none; the stream ends with one when it breaks off or becomes too large
   */
  async open(address: string): Promise<Readable> {
    const end = Date.now() + this.#options.timeoutMs;
    let url = addressIn(address);
    let { headers } = this.#options;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      this.#refusePrivate(url);
      const { request, status, location } = await this.#ask(url, headers, end - Date.now());
      if (status === 200) return this.#limited(request, url.host);
      request.destroy();
      if (!REDIRECTS.has(status) || location === undefined) throw refused(url.host, status, this.#options.credentialOf);
      const next = addressIn(location, url);
      if (next.origin !== url.origin) headers = {};
      url = next;
    }
    throw new DownloadError(`${url.host} leads from one address to the next. Give the last one.`);
  }

  #refusePrivate(url: URL): void {
    if (this.#options.allowPrivate) return;
    if (url.protocol !== 'https:')
      throw new DownloadError(`${url.host} is to be asked without TLS. Use https, or set download.allow_private.`);
    // A literal address is connected to without being looked up.
    if (isPrivateLiteral(url.hostname)) throw notPublic(url.host);
  }

  async #ask(
    url: URL,
    headers: Readonly<Record<string, string>>,
    timeoutMs: number,
  ): Promise<{ request: Request; status: number; location: string | undefined }> {
    const pool = this.#options.allowPrivate ? {} : { lookup: publicLookup() };
    const request = got.stream(url, {
      agent: { http: new HttpAgent(pool), https: new HttpsAgent(pool) },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      // Said outright, because NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's shell would switch it off.
      https: { rejectUnauthorized: true },
      timeout: { request: Math.max(1, timeoutMs) },
      headers: { 'user-agent': USER_AGENT, ...headers },
    });
    const { statusCode, location } = await new Promise<{ statusCode: number; location?: string }>((resolve, reject) => {
      request.once('response', (response: { statusCode: number; headers: { location?: string } }) =>
        resolve({ statusCode: response.statusCode, ...response.headers }),
      );
      request.once('error', (error) => reject(failed(url.host, error)));
    });
    return { request, status: statusCode, location };
  }

  #limited(request: Request, host: string): Readable {
    const { maxSize } = this.#options;
    let size = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        size += chunk.length;
        if (size <= maxSize) return done(null, chunk);
        done(new DownloadError(`${host} sends more than ${maxSize} bytes. Export less, or raise download.max_size.`));
      },
    });
    request.once('error', (error) => counted.destroy(failed(host, error)));
    counted.once('close', () => request.destroy());
    return request.pipe(counted);
  }
}

function addressIn(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new DownloadError('That is no complete address. Write https://host/path.');
  const url = new URL(text, base?.href);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new DownloadError(`${url.protocol} is not got. Give an address that begins with https://.`);
  if (url.username !== '' || url.password !== '')
    throw new DownloadError(`The address of ${url.host} holds a credential. Leave it out and give --header-env.`);
  return url;
}

function refused(host: string, status: number, by = '--header-env'): DownloadError {
  const credential = status === 401 || status === 403 ? ` and the credential that ${by} names` : '';
  return new DownloadError(`${host} answers ${status}. Check the address${credential}.`);
}

function notPublic(host: string): DownloadError {
  return new DownloadError(`${host} has no public address. Use its public name, or set download.allow_private.`);
}

/** got's errors carry the request, headers included: nothing of them is passed on. */
function failed(host: string, error: unknown): DownloadError {
  const code = error instanceof RequestError ? error.code : String((error as NodeJS.ErrnoException).code);
  if (code === PRIVATE_ADDRESS) return notPublic(host);
  const why = code === 'ETIMEDOUT' ? 'took too long (download.timeout)' : `could not be read to its end (${code})`;
  return new DownloadError(`${host} ${why}. Give the same command again.`);
}
