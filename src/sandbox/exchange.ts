import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { kindOf, tokenOf } from './auth.ts';
import { begin } from './begin.ts';
import type { Desk, Served } from './desk.ts';
import type { FaultEffect, FaultPlan } from './faults.ts';
import { parseExact } from './json.ts';
import type { ResolvedOptions } from './options.ts';
import type { Outage } from './outage.ts';
import { paramsOf } from './params.ts';
import type { RateWindow } from './rate.ts';
import { htmlPage, json, type Reply, serverError, throttled } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import { type Target, targetOf } from './router.ts';
import type { State } from './state.ts';
import type { Timers } from './timers.ts';
import type { Work } from './work.ts';

/** What every request of one sandbox shares. */
export interface Shared {
  options: ResolvedOptions;
  state: State;
  desk: Desk | undefined;
  rate: RateWindow;
  searches: RateWindow;
  faults: FaultPlan;
  outage: Outage;
  log: RequestLog;
  timers: Timers;
}

/** The life of one request: network, rate limit, scripted faults, the desk, and the way back. */
export async function exchange(request: IncomingMessage, response: ServerResponse, shared: Shared): Promise<void> {
  const arrivedAt = performance.now();
  const method = request.method ?? 'GET';
  const [path, query] = splitUrl(request.url ?? '/');
  const target = targetOf(method, path);
  const token = tokenOf(request.headers);
  const kind = kindOf(token, shared.state);
  const entry: LoggedRequest = {
    at: Date.now(),
    method,
    path,
    query,
    status: 0,
    requestId: requestIdOf(request.headers['x-request-id']),
    contactId: target.segments[0] === 'contacts' && !Number.isNaN(target.id) ? target.id : undefined,
    body: undefined,
    token: kind,
  };
  shared.log.enter(entry, target.label);
  let sent = 0;
  response.on('close', () => shared.log.leave(entry, response.writableFinished ? sent : 0));
  const body = await bodyOf(request);
  if (body === undefined) return;
  const params = paramsOf(query, request.headers, body);
  if (shared.options.keepLog) entry.body = loggedBody(body);

  const send = async (reply: Reply, runtimeSeconds?: number, slowMs = 0): Promise<void> => {
    if (shared.options.latencyMs > 0) await shared.timers.wait(shared.options.latencyMs / 2);
    if (response.destroyed) return;
    sent = reply.status;
    const runtime = runtimeSeconds ?? (performance.now() - arrivedAt) / 1000;
    response.writeHead(reply.status, headersOf(reply, entry.requestId, runtime, request));
    if (slowMs > 0) await dribble(response, reply.body, slowMs, shared.timers);
    else response.end(reply.body);
  };

  if (shared.options.latencyMs > 0) await shared.timers.wait(shared.options.latencyMs / 2);
  const out = shared.outage.answer();
  if (out === 'refuse') return void request.socket.destroy();
  if (out) return send(out);
  const blocked = admitted(path, target, entry.at, shared);
  if (blocked) return send(blocked);

  const effect = shared.faults.strike(method, query === '' ? path : `${path}?${query}`, target.id, body);
  if (effect?.kind === 'delay') await shared.timers.wait(effect.ms);
  if (effect && !isApplied(effect)) return suffer(effect, request, send);
  const served = await serve(() => {
    const work = begin({ method, target, kind, token, headers: request.headers, params }, shared.state);
    shared.log.begin(target.label, work);
    return work;
  }, shared);
  if (effect?.kind === 'slow') return send(served.reply, served.runtimeSeconds, effect.ms);
  if (effect && effect.kind !== 'delay') return suffer(effect, request, send);
  return send(served.reply, served.runtimeSeconds);
}

/** Counts a request against the limits; /health is exempt, and nothing outside /api is limited. */
function admitted(path: string, target: Target, at: number, shared: Shared): Reply | undefined {
  if (target.kind === 'health' || !(path === '/api' || path.startsWith('/api/'))) return undefined;
  const retryAfter = (window: RateWindow): Reply => {
    return throttled(shared.options.retryAfter ? window.secondsLeft(at) : undefined);
  };
  if (!shared.rate.admit(at)) return retryAfter(shared.rate);
  if (target.label === 'GET contacts/search' && !shared.searches.admit(at)) return retryAfter(shared.searches);
  return undefined;
}

async function serve(start: () => Work, shared: Shared): Promise<Served> {
  if (shared.desk) return shared.desk.serve(start);
  const from = performance.now();
  const reply = start().finish();
  return { reply, runtimeSeconds: (performance.now() - from) / 1000, queuedMs: 0 };
}

/** Whether the desk still does its work under this effect. */
function isApplied(effect: FaultEffect): boolean {
  if (effect.kind === 'slow' || effect.kind === 'delay') return true;
  return effect.kind !== 'rate-limit' && effect.applied === true;
}

async function suffer(
  effect: FaultEffect,
  request: IncomingMessage,
  send: (reply: Reply) => Promise<void>,
): Promise<void> {
  if (effect.kind === 'hang') return;
  if (effect.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (effect.kind === 'html') return send(htmlPage(effect.status));
  if (effect.kind === 'rate-limit') {
    const headers = effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
    return send({ ...throttled(), headers });
  }
  if (effect.kind !== 'status') return;
  const reply =
    effect.json === undefined && effect.status === 500 ? serverError() : json(effect.status, effect.json ?? {});
  return send(effect.headers ? { ...reply, headers: effect.headers } : reply);
}

function headersOf(reply: Reply, requestId: string, runtime: number, request: IncomingMessage): Record<string, string> {
  // Puma sends no Keep-Alive header; naming the connection ourselves keeps Node from adding one with a timeout in it.
  const connection = request.headers.connection?.toLowerCase() === 'close' ? 'close' : 'keep-alive';
  return {
    'content-type': reply.type,
    'content-length': String(Buffer.byteLength(reply.body)),
    'x-request-id': requestId,
    'x-runtime': runtime.toFixed(6),
    connection,
    ...reply.headers,
  };
}

async function dribble(response: ServerResponse, body: string, ms: number, timers: Timers): Promise<void> {
  const bytes = Buffer.from(body);
  const parts = 10;
  for (let part = 0; part < parts; part += 1) {
    await timers.wait(ms / parts);
    if (response.destroyed) return;
    response.write(bytes.subarray((bytes.length * part) / parts, (bytes.length * (part + 1)) / parts));
  }
  response.end();
}

/** The whole body; undefined when the client went away before it was sent. */
function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}

function loggedBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString('utf8');
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}

function splitUrl(url: string): [path: string, query: string] {
  const cut = url.indexOf('?');
  return cut < 0 ? [url, ''] : [url.slice(0, cut), url.slice(cut + 1)];
}
