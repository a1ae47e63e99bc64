import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operator } from './operator.ts';

/** What an operator can look at; each is made when it is asked for. */
export interface Views {
  /** Everything at a glance, as a page of HTML. */
  page: () => Promise<string>;
  /** The jobs, as a page of HTML. */
  queues: () => Promise<string>;
  /** For Prometheus. */
  metrics: () => Promise<{ type: string; body: string }>;
}

/** Nothing is loaded, run, framed or kept: a page is text and its own style. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

const ASKED = 'This needs the operator\'s token: as the password of any user, or as "Authorization: Bearer <token>".\n';
const CLOSED =
  'Closed. Set CONTACT_SYNC_OPERATOR_TOKEN and start serve again, or look from the machine itself while serve listens on 127.0.0.1.\n';

/** `/`, `/queues` and `/metrics`, for whom `operator` admits. */
export function routeViews(app: FastifyInstance, views: Views, operator: Operator): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(HEADERS);
    const admission = operator.admit(request.headers);
    if (admission === 'closed') return reply.code(403).type(TEXT).send(CLOSED);
    if (admission === 'welcome') return;
    return reply
      .code(401)
      .header('www-authenticate', 'Basic realm="contact-sync", charset="UTF-8"')
      .type(TEXT)
      .send(ASKED);
  };
  app.get('/', { onRequest }, async (_request, reply) => reply.type(HTML).send(await views.page()));
  app.get('/queues', { onRequest }, async (_request, reply) => reply.type(HTML).send(await views.queues()));
  app.get('/metrics', { onRequest }, async (_request, reply) => {
    const { type, body } = await views.metrics();
    return reply.type(type).send(body);
  });
}
