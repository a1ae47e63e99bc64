import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { WebhookRequest } from '../source/webhook/request.ts';
import { isLoopbackName, Operator } from './operator.ts';
import { routeViews, type Views } from './views.ts';

/** What a delivery is answered. */
export interface Answer {
  status: 200 | 400 | 401 | 404 | 429 | 503;
  body: string;
  type?: string;
}

export interface ServerParts {
  /** Decided before the body is read: an answer turns the delivery away. */
  admit: (source: string) => Answer | undefined;
  /** Answers when everything is safe. */
  deliver: (source: string, request: WebhookRequest, loopback: boolean) => Promise<Answer>;
  /** Whether deliveries can be taken now, and why not. */
  ready: () => Promise<{ ready: boolean; why: string }>;
  /** What an operator can look at, and what opens it to one who is not on this machine. */
  views: Views;
  operatorToken?: string | undefined;
  bodyLimit: number;
  connections: number;
  random: () => number;
  /** Overrides how long a request may take to arrive, in milliseconds. */
  requestMs?: number;
}

/** A sender that does not finish its request in this time is cut off, in milliseconds: no CRM waits longer than 10 s. */
const REQUEST_MS = 10_000;

/** All headers of a delivery together, in bytes; what is larger is answered 431. */
const MAX_HEADER_BYTES = 16_384;

/** Headers that are read; no sender has half as many. */
const MAX_HEADERS = 200;

/** How long a sender is asked to stay away, in seconds: a rate is counted anew each second, Redis takes longer to come back. */
const RETRY_AFTER: Partial<Record<Answer['status'], { least: number; spread: number }>> = {
  429: { least: 1, spread: 9 },
  503: { least: 15, spread: 45 },
};

/**
 * The HTTP surface of `serve`. The body is left as it came: signatures are made over its bytes. Nothing here knows what a
 * webhook means.
 */
export function createServer(parts: ServerParts): FastifyInstance {
  const requestMs = parts.requestMs ?? REQUEST_MS;
  const app = Fastify({
    logger: false,
    bodyLimit: parts.bodyLimit,
    requestTimeout: requestMs,
    connectionTimeout: requestMs,
    keepAliveTimeout: 65_000,
    // Node looks every 30 s by itself, and a sender that dribbles would hold its connection for as long.
    http: { headersTimeout: requestMs, connectionsCheckingInterval: requestMs / 10, maxHeaderSize: MAX_HEADER_BYTES },
  });
  app.server.maxConnections = parts.connections;
  app.server.maxHeadersCount = MAX_HEADERS;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.get('/healthz', async () => 'alive\n');
  app.get('/readyz', async (_request, reply) => {
    const { ready, why } = await parts.ready();
    return reply.code(ready ? 200 : 503).send(`${why}\n`);
  });

  const operator = new Operator(parts.operatorToken, () =>
    app.addresses().every((at) => typeof at !== 'string' && isLoopbackName(at.address)),
  );
  routeViews(app, parts.views, operator);

  /** Past fastify's own way of sending, which prepares for streams, objects and hooks: a delivery needs none of them. */
  const send = (reply: FastifyReply, { status, body, type = 'text/plain' }: Answer): void => {
    const wait = RETRY_AFTER[status];
    // Spread, so that senders do not all come back at once.
    const retry =
      wait === undefined ? {} : { 'retry-after': String(wait.least + Math.floor(parts.random() * wait.spread)) };
    reply.hijack();
    reply.raw.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
      ...retry,
    });
    reply.raw.end(body);
  };
  const options = {
    onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const turnedAway = parts.admit(sourceOf(request));
      if (turnedAway === undefined) done();
      else send(reply, turnedAway);
    },
  };
  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const delivery: WebhookRequest = {
      method: request.method,
      path: request.url,
      headers: headersOf(request),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    };
    send(reply, await parts.deliver(sourceOf(request), delivery, isLoopback(request.ip)));
  };
  app.post('/webhooks/:source', options, handle);
  // An older sender signs nothing: its secret is the last part of the path.
  app.post('/webhooks/:source/:secret', options, handle);
  app.setNotFoundHandler((request, reply) => {
    const known = request.url.startsWith('/webhooks/');
    return reply.code(known ? 405 : 404).send(known ? 'Deliveries are sent with POST.\n' : 'There is nothing here.\n');
  });
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 503;
    if (status === 413) return reply.code(413).send('The delivery is larger than serve.body_limit.\n');
    if (status < 500) return reply.code(status).send('The request cannot be read.\n');
    send(reply, LATER);
    return reply;
  });
  return app;
}

/** Nothing was kept; the sender is to come again. */
export const LATER: Answer = { status: 503, body: 'Try again later.\n' };

function sourceOf(request: FastifyRequest): string {
  return (request.params as { source: string }).source;
}

/** Node joins headers that come twice, but for `set-cookie`, which no sender sends. */
function headersOf({ headers }: FastifyRequest): Record<string, string | undefined> {
  if (headers['set-cookie'] === undefined) return headers as Record<string, string | undefined>;
  return { ...headers, 'set-cookie': headers['set-cookie'].join(', ') } as Record<string, string | undefined>;
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}
