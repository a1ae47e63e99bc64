import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type net from 'node:net';
import type { TestContext } from 'node:test';
import type { Answer, DeskRequest, NetworkFault } from '../../src/chatwoot/answer.ts';
import { ChatwootClient, type ClientOptions } from '../../src/chatwoot/client.ts';

export const GET: DeskRequest = { kind: 'other', method: 'GET', path: '/api', requestId: 'r-1' };
export const PUT: DeskRequest = { kind: 'update', method: 'PUT', path: '/api/v1/x', body: '{"a":1}', requestId: 'r-2' };

export function clientOf(t: TestContext, baseUrl: string, more: Partial<ClientOptions> = {}): ChatwootClient {
  const client = new ChatwootClient({ baseUrl, token: 'secret', timeoutMs: 5000, ...more });
  t.after(() => client.close());
  return client;
}

/** A server of a test, and what it got. */
export interface Served {
  url: string;
  requests: IncomingMessage[];
  bodies: string[];
  connections: () => number;
}

/** A plain server on a free port; `answer` runs when the whole request has come. */
export async function serve(
  t: TestContext,
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<Served> {
  const requests: IncomingMessage[] = [];
  const bodies: string[] = [];
  let connections = 0;
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.push(request);
    bodies.push(body);
    answer(response, request);
  });
  server.keepAliveTimeout = 20_000;
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    requests,
    bodies,
    connections: () => connections,
  };
}

export function json(response: ServerResponse, headers: Record<string, string> = {}, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end('{}');
}

export function answered(outcome: Answer | NetworkFault): Answer {
  assert.ok(outcome.type === 'answer', JSON.stringify(outcome));
  return outcome;
}

export function failed(outcome: Answer | NetworkFault): NetworkFault {
  assert.ok(outcome.type === 'fault', JSON.stringify(outcome));
  return outcome;
}
