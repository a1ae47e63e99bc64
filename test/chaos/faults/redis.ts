import { kill } from 'node:process';
import type { Fault } from './fault.ts';

/** `kill -9`, and started again on what it had written down. */
const killed: Fault = {
  name: 'redis-kill',
  what: '`kill -9` of Redis; started again on what it had written down',
  group: 'redis',
  lasts: [100, 6000],
  weight: 3,
  async inflict({ ground }) {
    await ground.redis.kill9();
    return () => ground.redis.restart();
  },
};

/** Ended and started properly, as with an update. */
const restarted: Fault = {
  name: 'redis-restart',
  what: 'Redis ended and started properly',
  group: 'redis',
  lasts: [100, 500],
  weight: 2,
  async inflict({ ground }) {
    await ground.redis.restart();
    return () => undefined;
  },
};

/** It stops (a swapped-out machine, a slow disk) and goes on where it was. */
const frozen: Fault = {
  name: 'redis-freeze',
  what: '`SIGSTOP` of Redis, and later `SIGCONT`',
  group: 'redis',
  lasts: [500, 10_000],
  weight: 2,
  inflict({ ground }) {
    const { pid } = ground.redis;
    kill(pid, 'SIGSTOP');
    return () => void kill(pid, 'SIGCONT');
  },
};

/** `CLIENT PAUSE`, as before a failover: everybody is heard and nobody answered. */
const paused: Fault = {
  name: 'redis-pause',
  what: '`CLIENT PAUSE`, as before a failover',
  group: 'redis',
  lasts: [500, 6000],
  weight: 1,
  async inflict({ ground }, _, lasts) {
    const client = ground.redis.client();
    // Its end is told beforehand, for a server that pauses does not hear UNPAUSE either.
    await client.call('CLIENT', 'PAUSE', String(lasts), 'ALL');
    return () => client.disconnect();
  },
};

/** A network that is far away: each message takes so long, each way. */
const latency: Fault = {
  name: 'redis-latency',
  what: 'each message to and from Redis takes up to 62 ms',
  group: 'redis-wire',
  lasts: [2000, 8000],
  weight: 2,
  inflict({ ground }, dice) {
    ground.wire.latencyMs = Math.round(2 + dice * 60);
    return () => {
      ground.wire.latencyMs = 0;
    };
  },
};

/** Nothing passes, and all of it later. */
const stalled: Fault = {
  name: 'redis-stall',
  what: 'nothing passes between the program and Redis, and all of it later',
  group: 'redis-wire',
  lasts: [500, 12_000],
  weight: 2,
  inflict({ ground }) {
    ground.wire.stall();
    return () => ground.wire.flow();
  },
};

/** All connections are cut; new ones come about at once. */
const reset: Fault = {
  name: 'redis-reset',
  what: 'all connections to Redis are cut; new ones come about at once',
  group: 'redis-wire',
  lasts: [100, 200],
  weight: 2,
  inflict({ ground }) {
    ground.wire.reset();
    return () => undefined;
  },
};

/** A router forgets the connections: what is sent on them is gone, and nobody says so until they are cut at last. */
const halfOpen: Fault = {
  name: 'redis-half-open',
  what: 'connections to Redis swallow what is sent, without a word, until they are cut',
  group: 'redis-wire',
  lasts: [2000, 10_000],
  weight: 1,
  inflict: ({ ground }) => ground.wire.deafen(),
};

/** What happens to Redis and the network in front of it. */
export const REDIS_FAULTS: readonly Fault[] = [killed, restarted, frozen, paused, latency, stalled, reset, halfOpen];
