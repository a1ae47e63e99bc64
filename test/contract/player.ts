import http from 'node:http';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Answer, fill, type Variables } from './compare.ts';
import type { Exchange } from './scenario.ts';

/** Plays recorded requests over one real connection and keeps what they save. */
export class Player {
  readonly variables: Variables;
  readonly #sandbox: Sandbox;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.variables = {
      account: sandbox.account,
      inbox: 1,
      otherAccount: sandbox.account + 1,
      suspendedAccount: sandbox.account + 2,
      admin: sandbox.token,
      agent: `${sandbox.token}-agent`,
      bot: `${sandbox.token}-bot`,
      platform: `${sandbox.token}-platform`,
    };
  }

  async play(exchange: Exchange): Promise<Answer> {
    const variables = { ...this.variables, ...exchange.vars };
    const path = String(fill(exchange.path, variables));
    const answer = await this.#send(
      exchange.method,
      path.startsWith('@') ? path.slice(1) : `/api/v1/accounts/${this.#sandbox.account}${path}`,
      this.#headersOf(exchange, variables),
      bodyOf(exchange, variables),
    );
    for (const [name, at] of Object.entries(exchange.save ?? {})) this.variables[name] = pick(answer.text, at);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #headersOf(exchange: Exchange, variables: Variables): Record<string, string> {
    const headers: Record<string, string | null> = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...tokenHeader(exchange.token, variables),
      ...(fill(exchange.headers ?? {}, variables) as Record<string, string | null>),
    };
    return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null));
  }

  #send(method: string, path: string, headers: Record<string, string>, body: Buffer | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { port } = this.#sandbox;
      const request = http.request(
        { host: '127.0.0.1', port, method, path, headers, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const type = (response.headers['content-type'] ?? '').split(';')[0]!;
            resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** Absent is the administrator's, null none, a known word that kind's, anything else stands for itself. */
function tokenHeader(token: string | null | undefined, variables: Variables): Record<string, string> {
  if (token === null) return {};
  const literal = token === undefined ? variables.admin : (variables[token] ?? token);
  return { 'api-access-token': String(literal) };
}

function bodyOf(exchange: Exchange, variables: Variables): Buffer | undefined {
  if (exchange.rawBase64 !== undefined) return Buffer.from(exchange.rawBase64, 'base64');
  if (exchange.raw !== undefined) return Buffer.from(exchange.raw);
  return exchange.body === undefined ? undefined : Buffer.from(JSON.stringify(fill(exchange.body, variables)));
}

function pick(text: string, at: string): unknown {
  let value: unknown = JSON.parse(text);
  for (const key of at.split('.')) value = (value as Record<string, unknown>)[key];
  return value;
}
