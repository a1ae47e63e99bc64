import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { said } from './said.ts';
import type { World } from './world.ts';

/** Not a secret: it never leaves this machine. */
export const SECRET = `whsec_${Buffer.from('a key of a benchmark, 32 bytes..').toString('base64')}`;

/** The one source of a benchmark. Its rate is out of the way, and so is the mark at which senders are turned away. */
const CONFIG = `high_water: 10000000
sources:
  app:
    preset: generic
    verify: { scheme: standard, secrets: ['file:hook-secret'] }
    match: [email]
    map: { custom.tier: custom_attributes.tier, custom.owner: custom_attributes.owner }
    rate: 1000000
`;

/** Writes the configuration that `serving` and a storm work with. */
export function configure(dir: string): void {
  writeFileSync(path.join(dir, 'contact-sync.yaml'), CONFIG);
  writeFileSync(path.join(dir, 'hook-secret'), SECRET);
}

/** A server that takes deliveries in. */
export interface Hook {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Our `serve`, on any free port. */
export async function serving(world: World, args: readonly string[]): Promise<Hook> {
  const { child, ended } = world.start(['serve', '--port', '0', ...args]);
  const listening = said(child, /listening on (http:\S+)/);
  const url = await Promise.race([listening, ended.then(() => Promise.reject(new Error('serve ended')))]);
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The plain server beside which ours is measured, at the same Redis. */
export async function bare(world: World): Promise<Hook> {
  const child = fork(fileURLToPath(new URL('./bare-hook.mjs', import.meta.url)), [world.redis!.socket]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** What is sent; see hook-load.mjs. */
export interface LoadOptions {
  label: string;
  events: number;
  contacts: number;
  connections: number;
  /** 0: as fast as answers come. */
  perSecond: number;
}

/** How long the answers took, in milliseconds. */
export interface Load {
  ms: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** When the first 1,000 events were written to their sockets, in Unix milliseconds. */
  written: number[];
}

/** Sends events from a process of its own. Throws when one of them was not taken. */
export async function load(hook: Hook, options: LoadOptions): Promise<Load> {
  const script = fileURLToPath(new URL('./hook-load.mjs', import.meta.url));
  const told = JSON.stringify({ url: hook.url, path: '/webhooks/app', secret: SECRET, ...options });
  const { stdout } = await promisify(execFile)(process.execPath, [script, told]);
  const measured = JSON.parse(stdout) as Load & { refused: number };
  if (measured.refused > 0) throw new Error(`${measured.refused} of ${options.events} events were not answered 200`);
  return measured;
}
