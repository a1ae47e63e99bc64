import http from 'node:http';
import type { TestContext } from 'node:test';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';

/** The usual shapes; ask for another with `json<T>()`. */
export interface JsonAnswer {
  meta: Record<string, unknown>;
  payload: unknown;
  [key: string]: unknown;
}

/** An answer as it came; `json` throws when the text is none. */
export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  json: <T = JsonAnswer>() => T;
}

export interface Send {
  headers?: Record<string, string>;
  /** Sent as it stands instead of a JSON body. */
  raw?: string | Buffer;
  /** Path from the root instead of the account. */
  absolute?: boolean;
}

/** A sandbox and a keep-alive client to it, both closed when the test ends. */
export async function sandboxFor(
  t: TestContext,
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; send: Sender }> {
  const sandbox = await startSandbox(options);
  const agent = new http.Agent({ keepAlive: true });
  t.after(async () => {
    agent.destroy();
    await sandbox.close();
  });
  return { sandbox, send: senderTo(sandbox, agent) };
}

export type Sender = (method: string, path: string, body?: unknown, how?: Send) => Promise<Answer>;

function senderTo(sandbox: Sandbox, agent: http.Agent): Sender {
  return (method, path, body, how = {}) =>
    new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: '127.0.0.1',
          port: sandbox.port,
          method,
          path: how.absolute ? path : `/api/v1/accounts/${sandbox.account}${path}`,
          agent,
          headers: {
            'api-access-token': sandbox.token,
            accept: 'application/json',
            'content-type': 'application/json',
            ...how.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: () => JSON.parse(text),
            });
          });
        },
      );
      request.on('error', reject);
      request.end(how.raw ?? (body === undefined ? undefined : JSON.stringify(body)));
    });
}
