import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
import { type DeliveryNote, Reception } from '../../src/serve/reception.ts';
import { createServer } from '../../src/serve/server.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { OPTIONS, type Room, roomIn } from '../queue/room.ts';
import type { TestRedis } from '../redis/server.ts';
import { verifier } from '../source/webhook/verify/fixture.ts';
import { BLANK } from './blank.ts';

/** A sender as an operator would write it down. */
export interface Sender {
  name: string;
  preset: string;
  /** Under `verify`. */
  settings: Record<string, unknown>;
  publicUrl?: string;
  /** Deliveries a second; without it as good as any. */
  rate?: number;
}

/** The server of `serve` on a socket, with everything behind it that a delivery meets before its answer. */
export interface Serving {
  room: Room;
  store: EventStore;
  port: number;
  /** What was noted of each delivery. */
  notes: DeliveryNote[];
  stop(): Promise<void>;
}

/** The one run that all events belong to. */
export const RUN = 'day';

/** Serves these senders on a free port, by the clock given (epoch ms). */
export async function serving(server: TestRedis, senders: readonly Sender[], now: () => number): Promise<Serving> {
  const room = roomIn(server);
  const { redis, keys, ledger, runs } = room;
  const store = new EventStore(redis, keys, ledger);
  const notes: DeliveryNote[] = [];
  const file = { path: 'webhook', file: '', sha256: '', rows: 0, kind: 'changes' as const };
  await runs.open(RUN, 'serve', { ...OPTIONS, events: true }, file);
  const sources = senders.map(({ name, preset, settings, publicUrl, rate = 1_000_000 }) => {
    const parts = { name, preset: presetOf(preset), verifier: verifier(settings, publicUrl), match: [], map: {} };
    return [name, { source: new EventSource(parts), rate }] as const;
  });
  const reception = new Reception({
    keep: async (work) => ({ value: await work(), kept: true }),
    sources: new Map(sources),
    store,
    desk: { hear: () => assert.fail('no sender is the desk') },
    runOf: () => RUN,
    openRun: async () => assert.fail('the run is open'),
    definitions: () => undefined,
    open: () => true,
    onBatches: () => undefined,
    onThin: () => undefined,
    onDelivery: (note) => notes.push(note),
    now,
  });
  const app = createServer({
    admit: (source) => reception.admit(source),
    deliver: (source, request, loopback) => reception.deliver(source, request, loopback),
    ready: async () => ({ ready: true, why: 'ready' }),
    views: BLANK,
    bodyLimit: 65_536,
    connections: 100,
    random: () => 0.5,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { room, store, port, notes, stop: () => app.close() };
}

/** Everything in Redis but the counters of deliveries that were not authentic. */
export async function stored({ redis, keys }: Room): Promise<Record<string, string>> {
  const held: Record<string, string> = {};
  for (const name of (await redis.keys('*')).sort()) {
    // What is in no order is put in one, or equal sets would differ.
    const type = await redis.type(name);
    if (type === 'set') held[name] = (await redis.smembers(name)).sort().join(' ');
    else if (type !== 'hash') held[name] = (await redis.dumpBuffer(name))!.toString('base64');
    else {
      const hash = await redis.hgetall(name);
      if (name.startsWith(`${keys.base}:source:`)) delete hash.unauthentic;
      if (Object.keys(hash).length > 0) held[name] = JSON.stringify(Object.entries(hash).sort());
    }
  }
  return held;
}
