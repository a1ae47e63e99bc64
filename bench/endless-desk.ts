/**
 * A desk of any number of contacts that keeps none: what it holds follows from the number in the e-mail, and a write is
 * answered with what it said. Answers at once, or after a latency and nothing else, so that what is measured is the program and its Redis. Forked with how many contacts differ from the
 * file as JSON, one in so many; tells its address when it listens, and its counts when asked.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { emailOf, wantedOf } from './endless-rows.ts';

/** One contact in so many differs from its row; each answer takes so many milliseconds to come (default 0). */
export interface EndlessDesk {
  every: number;
  latencyMs?: number;
}

const { every, latencyMs = 0 } = JSON.parse(process.argv[2]!) as EndlessDesk;
const byRoute: Record<string, number> = {};
let total = 0;

function contact(id: number, written: boolean): object {
  const { name, plan, seats } = wantedOf(id);
  return {
    id,
    email: emailOf(id),
    name: !written && id % every === 0 ? `${name} (as it was)` : name,
    phone_number: null,
    identifier: null,
    blocked: false,
    custom_attributes: { plan, seats },
    additional_attributes: {},
  };
}

/** The answer to a request; `{}` where nobody reads more than its status. */
function answer(method: string, path: string, body: string): unknown {
  if (path === '/api') return { version: '4.10.0' };
  if (path === '/api/v1/profile') return { accounts: [{ id: 1, role: 'administrator', status: 'active' }] };
  if (path.includes('custom_attribute_definitions')) return [];
  const id = /contacts\/(\d+)/.exec(path)?.[1];
  if (method === 'PUT' && id !== undefined) return { payload: { ...contact(Number(id), true), ...JSON.parse(body) } };
  const found = [...body.matchAll(/person\.(\d+)@/g)].map(([, number]) => contact(Number(number), false));
  return { meta: { count: found.length, current_page: 1 }, payload: found };
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    const path = request.url!.replace(/\?.*/, '');
    const route = `${request.method} ${path.replace(/^.*\/accounts\/1\//, '').replace(/\d+/, ':id')}`;
    byRoute[route] = (byRoute[route] ?? 0) + 1;
    total += 1;
    const text = JSON.stringify(answer(request.method!, path, body));
    const headers = {
      'content-type': 'application/json',
      'x-runtime': '0.001',
      'content-length': Buffer.byteLength(text),
    };
    const say = () => response.writeHead(200, headers).end(text);
    if (latencyMs === 0) say();
    else setTimeout(say, latencyMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('message', () => process.send!({ total, byRoute }));
process.on('disconnect', () => process.exit(0));
process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
