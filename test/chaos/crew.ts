import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from '../journeys/rig.ts';

const CLI = resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');
const CLOCK = resolve(import.meta.dirname, 'clock.mjs');

/** Named after what an operator does when it ends: a producer is given again, workers and servers restart by themselves. */
export type Role = 'producer' | 'worker' | 'server';

/** A process of the program. */
export interface Member {
  role: Role;
  args: readonly string[];
  child: ChildProcess;
  /** Unix milliseconds. */
  startedAt: number;
  ended: Promise<Ended>;
}

/** How the processes of a round are started, and what happened to them. */
export interface CrewOptions {
  dir: string;
  env: Record<string, string>;
  clockDir: string;
  /** Whether anything was wrong at any time since then (Unix ms), so that ending with exit 3 is right. */
  wasTrouble: (since: number) => boolean;
}

/** An operator and a service manager wait a moment before they start something again, in milliseconds. */
const RESTART_MS = 500;
/** After a signal a process finishes its calls; `work` and `serve` promise to end within 20 s. */
const END_WITHIN_MS = 25_000;

/** Node ends by itself on a signal until the program listens to them, in milliseconds. */
const BOOT_MS = 5000;

/** Starts the program, and starts it again as an operator (or systemd) would when it was killed. */
export class Crew {
  readonly members = new Set<Member>();
  /** Everything that any process said on standard error, and what may not be in it. */
  readonly said: string[] = [];
  /** Ends that nothing explains. */
  readonly faults: string[] = [];
  started = 0;
  readonly #options: CrewOptions;
  readonly #atExit = () => {
    for (const { child } of this.members) child.kill('SIGKILL');
  };
  #isClosed = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    process.once('exit', this.#atExit);
  }

  /** A running process of one of these roles, or of any. */
  one(dice: number, roles: readonly Role[] = ['producer', 'worker', 'server']): Member | undefined {
    const there = [...this.members].filter(({ role }) => roles.includes(role));
    return there[Math.floor(dice * there.length)];
  }

  /** Gives a command until it has done its work, and returns how that ended: with one of these exit codes. */
  async finish(args: readonly string[], codes: readonly number[] = [0, 1]): Promise<Ended> {
    for (;;) {
      const member = this.#start('producer', args);
      const ended = await member.ended;
      if (this.#isClosed || codes.includes(ended.code ?? -1)) return ended;
      this.#judge(member, ended);
      await sleep(RESTART_MS);
    }
  }

  /** Keeps a `work` or `serve` going until the crew is dismissed. */
  keep(role: Role, args: readonly string[]): void {
    void (async () => {
      while (!this.#isClosed) {
        const member = this.#start(role, args);
        const ended = await member.ended;
        if (!this.#isClosed) this.#judge(member, ended);
        await sleep(RESTART_MS);
      }
    })();
  }

  /** Asks all of them to end, and waits for it. */
  async dismiss(): Promise<void> {
    this.#isClosed = true;
    const members = [...this.members];
    for (const { child } of members) child.kill('SIGTERM');
    await Promise.all(members.map((member) => this.#part(member)));
  }

  /** Ends whatever still runs, at once. */
  async abandon(): Promise<void> {
    this.#isClosed = true;
    const members = [...this.members];
    for (const { child } of members) child.kill('SIGKILL');
    await Promise.all(members.map(({ ended }) => ended));
    process.off('exit', this.#atExit);
  }

  async #part(member: Member): Promise<void> {
    const late = new AbortController();
    const ended = await Promise.race([
      member.ended,
      sleep(END_WITHIN_MS, undefined, { signal: late.signal, ref: false }).catch(() => undefined),
    ]);
    late.abort();
    if (ended === undefined) {
      this.faults.push(`${member.args[0]} did not end within ${END_WITHIN_MS} ms of SIGTERM`);
      member.child.kill('SIGKILL');
      await member.ended;
    } else if (ended.code !== 143 && ended.code !== 0 && Date.now() - member.startedAt > BOOT_MS) {
      this.faults.push(`${member.args[0]} ended with ${ended.code ?? ended.signal} after SIGTERM: ${lastWords(ended)}`);
    }
  }

  #judge({ args, startedAt }: Member, ended: Ended): void {
    if (ended.signal === 'SIGKILL') return;
    // A command that begins while garbage is answered takes the address for a wrong one, as anybody would.
    const isRight = ended.code === 3 || (ended.code === 2 && ended.stderr.includes('is no Chatwoot server'));
    if (isRight && this.#options.wasTrouble(startedAt)) return;
    this.faults.push(`${args[0]} ended with ${ended.code ?? ended.signal} by itself: ${lastWords(ended)}`);
  }

  #start(role: Role, args: readonly string[]): Member {
    const { dir, env, clockDir } = this.#options;
    const child = spawn(process.execPath, ['--import', CLOCK, CLI, ...args], {
      cwd: dir,
      env: { ...env, CHAOS_CLOCK_DIR: clockDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.started += 1;
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (more: string) => {
        text[name] += more;
      });
    const ended = once(child, 'close').then(([code, signal]): Ended => {
      this.members.delete(member);
      this.said.push(text.stderr);
      return { code, signal, ...text };
    });
    const member: Member = { role, args, child, startedAt: Date.now(), ended };
    this.members.add(member);
    return member;
  }
}

function lastWords({ stderr }: Ended): string {
  return stderr.trim().split('\n').slice(-3).join(' / ').slice(-600);
}
