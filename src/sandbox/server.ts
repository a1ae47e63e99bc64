import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Contacts } from './accessors.ts';
import { keepAvatarBooks } from './avatar.ts';
import { control, isControl } from './control.ts';
import { type Delivery, deliverEvents } from './deliver.ts';
import { Desk } from './desk.ts';
import { exchange, type Shared } from './exchange.ts';
import { FaultPlan } from './faults.ts';
import { resolveOptions, type SandboxOptions } from './options.ts';
import { Outage } from './outage.ts';
import { RateWindow } from './rate.ts';
import { RequestLog } from './request-log.ts';
import { Sandbox } from './sandbox.ts';
import { State } from './state.ts';
import { Timers } from './timers.ts';

export type { SandboxOptions } from './options.ts';
export type { Sandbox } from './sandbox.ts';

/** Starts a stand-in for Chatwoot's contact API on a socket of its own. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const resolved = resolveOptions(options);
  const state = new State(resolved.account, resolved.token, resolved.version, resolved.contacts, resolved.also);
  const timers = new Timers();
  const deliveries: Delivery[] = [];
  for (const one of [state, ...state.also]) {
    deliverEvents(one, timers, deliveries);
    if (resolved.avatars !== false) keepAvatarBooks(one, timers, resolved.avatars === true ? {} : resolved.avatars);
  }
  const shared: Shared = {
    options: resolved,
    state,
    desk: resolved.desk === false ? undefined : new Desk(resolved.desk === true ? {} : resolved.desk),
    rate: new RateWindow(resolved.rateLimit, resolved.windowMs),
    searches: new RateWindow(resolved.searchLimit, resolved.windowMs),
    faults: new FaultPlan(),
    outage: new Outage(),
    log: new RequestLog(resolved.keepLog),
    timers,
  };

  const server = http.createServer({ keepAliveTimeout: resolved.keepAliveMs }, (request, response) => {
    const work = isControl(request) ? control(request, response, () => sandbox) : exchange(request, response, shared);
    work.catch((error: unknown) => response.destroy(error as Error));
  });
  // Newer Node releases wait a second longer than told, to spare clients the race that a real desk gives them.
  Object.assign(server, { keepAliveTimeoutBuffer: 0 });
  server.on('connection', (socket: Socket) => {
    if (shared.outage.isRefusing) socket.destroy();
  });
  await listen(server, resolved.port, resolved.host);

  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    timers.clear();
    shared.desk?.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const sandbox = new Sandbox(`http://${resolved.host}:${port}`, port, shared, new Contacts(state), deliveries, close);
  options.signal?.addEventListener('abort', () => void sandbox.close(), { once: true });
  if (options.signal?.aborted) await sandbox.close();
  return sandbox;
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
