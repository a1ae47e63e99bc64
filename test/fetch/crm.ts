import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the stand-in for a CRM answers. */
export interface CrmAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, text and bytes as they are. */
  body?: object | string | Buffer;
  /** Waits so long before it answers, in milliseconds. */
  afterMs?: number;
}

/** A real HTTP server that answers for a CRM. */
export interface Crm {
  url: string;
  port: number;
  requests: { path: string; headers: IncomingHttpHeaders }[];
  /** What it answers to a request, by its number from 0 and its path. */
  answer: (n: number, path: string) => CrmAnswer;
}

/** Starts it; it ends with the test. */
export async function startCrm(t: TestContext, answer: Crm['answer']): Promise<Crm> {
  const crm: Crm = { url: '', port: 0, requests: [], answer };
  const server = createServer((request, response) => {
    crm.requests.push({ path: request.url ?? '', headers: request.headers });
    const {
      status = 200,
      headers = {},
      body = '',
      afterMs = 0,
    } = crm.answer(crm.requests.length - 1, request.url ?? '');
    void sleep(afterMs, undefined, { ref: false }).then(() => {
      const json = typeof body === 'object' && !Buffer.isBuffer(body);
      response.writeHead(status, { ...(json ? { 'content-type': 'application/json' } : {}), ...headers });
      response.end(json ? JSON.stringify(body) : body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  crm.port = (server.address() as AddressInfo).port;
  crm.url = `http://127.0.0.1:${crm.port}`;
  return crm;
}
