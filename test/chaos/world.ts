import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET } from '../../bench/hooks.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { Crew } from './crew.ts';
import { type Disk, smallDisk } from './disk.ts';
import type { Round } from './schedule.ts';
import { Wire } from './wire.ts';

/** Long enough to be found wherever it was not meant to be. */
export const TOKEN = 'chaos-token-6b1f0c9e2d';

/** How the desk counts, in milliseconds: a minute, made shorter so that each round sees several. */
export const WINDOW_MS = 10_000;

/** What several rounds share: a Redis and the network in front of it. */
export interface Ground {
  redis: TestRedis;
  wire: Wire;
  /** Addresses of the desks there were: what is remembered of one must not be taken for another. */
  desks: Set<string>;
  close(): Promise<void>;
}

/** One round's surroundings. */
export interface World {
  round: Round;
  /** Holds everything of the round; told to whoever looks into a failure. */
  base: string;
  /** Working directory of the program, on a disk of its own where that is possible. */
  dir: string;
  clockDir: string;
  disk: Disk | undefined;
  ground: Ground;
  sandbox: Sandbox;
  /** The network between the program and the desk. */
  wire: Wire;
  /** What the program knows the desk by. */
  url: string;
  crew: Crew;
  /** Faults under way, and when the last one ended (Unix ms). */
  trouble: { active: number; endedAt: number };
  file(name: string, content: string): string;
  /** `keep`: the directory stays, for whoever looks into it. */
  close(keep: boolean): Promise<void>;
}

/** A Redis that keeps what it answered, whatever happens to it: everysec would be allowed to forget the last second. */
export async function openGround(): Promise<Ground> {
  const redis = await startTestRedis(undefined, { appendonly: true, args: ['--appendfsync', 'always'] });
  const wire = await Wire.open({ path: redis.socket });
  return {
    redis,
    wire,
    desks: new Set(),
    async close() {
      await wire.close();
      await redis.stop();
    },
  };
}

/** Gives up waiting for a fault's after-effects; `Chatwoot is away` is said with the next command, in milliseconds. */
const GRACE_MS = 6000;

/** Builds a fresh desk and working directory for a round. */
export async function openWorld(round: Round, ground: Ground): Promise<World> {
  if (!existsSync('dist/src/cli.js')) throw new Error('dist/src/cli.js is not there. Build it first: npm run build');
  const base = mkdtempSync(join(tmpdir(), `cs-chaos-${round.seed}-${round.number}-`));
  const [dir, clockDir] = [join(base, 'work'), join(base, 'clocks')];
  for (const made of [dir, clockDir]) mkdirSync(made);
  const disk = smallDisk(dir);
  const sandbox = await startSandbox({
    token: TOKEN,
    contacts: round.contacts,
    latencyMs: round.latencyMs,
    windowMs: WINDOW_MS,
    rateLimit: limitOf(round),
    searchLimit: 0,
    retryAfter: round.data % 2 === 0,
  });
  const wire = await newDesk(sandbox.port, ground.desks);
  const url = `http://127.0.0.1:${wire.port}`;
  const trouble = { active: 0, endedAt: 0 };
  const wasTrouble = (since: number) => trouble.active > 0 || trouble.endedAt + GRACE_MS > since;
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    NO_COLOR: '1',
    CHAOS_ROUND: base,
    CHATWOOT_BASE_URL: url,
    CHATWOOT_ACCOUNT_ID: String(sandbox.account),
    CHATWOOT_API_ACCESS_TOKEN: TOKEN,
    APP_SECRET: SECRET,
    REDIS_URL: `redis://127.0.0.1:${ground.wire.port}`,
  };
  const crew = new Crew({ dir, env, clockDir, wasTrouble });
  const file = (name: string, content: string) => {
    writeFileSync(join(dir, name), content);
    return name;
  };
  file('contact-sync.yaml', configOf(round));
  return {
    ...{ round, base, dir, clockDir, disk, ground, sandbox, wire, url, crew, trouble, file },
    async close(keep) {
      await crew.abandon();
      await wire.close();
      await sandbox.close();
      if (keep) {
        // The small disk is gone with this process, and what lies on it with it.
        cpSync(dir, join(base, 'kept'), { recursive: true });
        writeFileSync(join(base, 'round.json'), `${JSON.stringify(round, null, 2)}\n`);
        writeFileSync(join(base, 'said.log'), crew.said.join('\n'));
      }
      disk?.unmount();
      if (keep) return;
      await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/**
 * What the desk allows in a window: the rate of the program, and what it may have let go just before the window ended and
 * was late: all that its processes can have in flight.
 */
export function limitOf({ rate, concurrency, workers }: Round): number {
  return rate + concurrency * (workers + 5);
}

async function newDesk(port: number, known: Set<string>): Promise<Wire> {
  for (;;) {
    const wire = await Wire.open({ host: '127.0.0.1', port });
    const url = `http://127.0.0.1:${wire.port}`;
    if (!known.has(url)) {
      known.add(url);
      return wire;
    }
    await wire.close();
  }
}

/**
 * As a user would have it, with shorter pauses: a round has no time for a minute's patience. Reading
 * pauses now and then.
 */
function configOf({ rate, concurrency, pace, rows }: Round): string {
  return `rate: ${rate}
concurrency: ${concurrency}
pace: {mode: ${pace}}
high_water: ${Math.max(100, Math.round(rows / 2))}
chatwoot: {timeout: 4, rate_window: ${WINDOW_MS / 1000}}
outage_steps: {first: 0.5, longest: 3}
sources:
  app:
    preset: generic
    verify: {scheme: standard, secrets: ['env:APP_SECRET']}
    match: [email]
    map: {custom.tier: custom_attributes.tier, custom.owner: custom_attributes.owner}
    rate: 1000000
`;
}
