import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { tokenOf } from './auth.ts';
import type { Fault } from './faults.ts';
import { type Json, parseExact, stringifyExact } from './json.ts';
import type { Sandbox } from './sandbox.ts';
import { SANDBOX_VERSIONS } from './version.ts';

const applied = z.boolean().optional();
const EFFECT = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    json: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    applied,
  }),
  z.object({ kind: z.literal('html'), status: z.number().int().min(200).max(599), applied }),
  z.object({ kind: z.literal('reset'), applied }),
  z.object({ kind: z.literal('hang'), applied }),
  z.object({ kind: z.literal('slow'), ms: z.number().nonnegative() }),
  z.object({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  z.object({ kind: z.literal('rate-limit'), retryAfter: z.union([z.number(), z.string()]).optional() }),
]);
const FAULT = z.object({
  match: z
    .object({
      method: z.string().optional(),
      path: z.string().optional(),
      body: z.string().optional(),
      contactId: z.number().int().optional(),
      nth: z.number().int().positive().optional(),
    })
    .optional(),
  effect: EFFECT,
  times: z.union([z.number().int().positive(), z.literal('always')]).optional(),
});
const SWITCHES = z.object({
  version: z.enum(SANDBOX_VERSIONS).optional(),
  rateLimit: z.number().int().nonnegative().optional(),
  revoked: z.boolean().optional(),
  broken: z.enum(['redis', 'postgres']).nullable().optional(),
  outage: z
    .object({
      ms: z.number().nonnegative(),
      kind: z.union([z.literal('refuse'), z.literal(502), z.literal(503), z.literal(504)]).optional(),
    })
    .optional(),
});

/** Whether a request is for the sandbox itself, not for the desk it plays. */
export function isControl(request: IncomingMessage): boolean {
  return request.url?.startsWith('/_sandbox/') === true;
}

/**
 * The control plane, with the administrator's token, neither limited nor logged:
 * `GET|POST|DELETE /_sandbox/faults`, `GET /_sandbox/requests`, `GET /_sandbox/counts`, `GET /_sandbox/contacts/:id`,
 * `POST /_sandbox/contacts/:id` (an agent's edit), `POST /_sandbox/switches`, `POST /_sandbox/reset`.
 */
export async function control(
  request: IncomingMessage,
  response: ServerResponse,
  current: () => Sandbox,
): Promise<void> {
  const sandbox = current();
  const answer = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(stringifyExact(value));
  };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (tokenOf(request.headers) !== sandbox.token) {
    return answer(401, { error: 'the control plane wants the administrator token in Api-Access-Token' });
  }
  try {
    const text = Buffer.concat(chunks).toString('utf8');
    const [status, value] = act(request, text === '' ? undefined : parseExact(text), sandbox);
    answer(status, value);
  } catch (error) {
    answer(400, { error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) });
  }
}

function act(request: IncomingMessage, body: unknown, sandbox: Sandbox): [status: number, value: unknown] {
  const path = (request.url ?? '').split('?')[0]!.slice('/_sandbox/'.length);
  const action = `${request.method} ${path.replace(/\d+$/, ':id')}`;
  const id = Number(/\d+$/.exec(path)?.[0]);
  switch (action) {
    case 'GET faults':
      return [
        200,
        sandbox.faults.list().map(({ match = {}, ...fault }) => ({
          ...fault,
          match: { ...match, path: String(match.path ?? ''), body: String(match.body ?? '') },
        })),
      ];
    case 'POST faults':
      sandbox.faults.add(faultOf(FAULT.parse(body)));
      return [200, { faults: sandbox.faults.list().length }];
    case 'DELETE faults':
      sandbox.faults.clear();
      return [200, { faults: 0 }];
    case 'GET requests':
      return [200, sandbox.requests];
    case 'GET counts':
      return [200, countsOf(sandbox)];
    case 'POST reset':
      sandbox.reset();
      return [200, { reset: true }];
    case 'POST switches':
      throwSwitches(SWITCHES.parse(body), sandbox);
      return [200, { version: sandbox.version }];
    case 'GET contacts/:id': {
      const contact = sandbox.contacts.get(id);
      return contact ? [200, contact] : [404, { error: `there is no contact ${id}` }];
    }
    case 'POST contacts/:id':
      return [200, sandbox.contacts.edit(id, body as Record<string, Json>)];
    default:
      return [404, { error: `the control plane has no ${action}` }];
  }
}

function faultOf(parsed: z.infer<typeof FAULT>): Fault {
  const { path, body, ...match } = parsed.match ?? {};
  const patterns = {
    ...(path === undefined ? {} : { path: patternOf(path) }),
    ...(body === undefined ? {} : { body: patternOf(body) }),
  };
  return { ...parsed, match: { ...match, ...patterns } } as Fault;
}

/** Text between slashes is a regular expression. */
function patternOf(text: string): string | RegExp {
  const pattern = /^\/(.*)\/$/.exec(text);
  return pattern ? new RegExp(pattern[1]!) : text;
}

function throwSwitches(switches: z.infer<typeof SWITCHES>, sandbox: Sandbox): void {
  if (switches.version) sandbox.setVersion(switches.version);
  if (switches.rateLimit !== undefined) sandbox.setRateLimit(switches.rateLimit);
  if (switches.revoked !== undefined) switches.revoked ? sandbox.revokeToken() : sandbox.restoreToken();
  if (switches.broken !== undefined) sandbox.breakPart(switches.broken);
  if (switches.outage) sandbox.outage(switches.outage.ms, switches.outage.kind);
}

function countsOf(sandbox: Sandbox): unknown {
  return {
    ...sandbox.counts,
    perMinute: Object.fromEntries(sandbox.countsPerMinute),
    inFlight: sandbox.inFlight,
    maxInFlight: sandbox.maxInFlight,
    maxInFlightPerContact: sandbox.maxInFlightPerContact,
    contacts: sandbox.contacts.count,
  };
}
