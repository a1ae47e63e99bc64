import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../crew.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const nothing = () => undefined;

function killed(world: World, dice: number, roles: readonly Role[]) {
  const member = world.crew.one(dice, roles);
  if (member === undefined) return undefined;
  member.child.kill('SIGKILL');
  return nothing;
}

/** `kill -9` of whoever reads, applies, plans or takes back. */
const killProducer: Fault = {
  name: 'kill-producer',
  what: '`kill -9` of a process that reads, plans, applies or takes back; the operator gives the same command again',
  group: 'kill-producer',
  lasts: [500, 2000],
  weight: 4,
  inflict: (world, dice) => killed(world, dice, ['producer']),
};

/** `kill -9` of a worker or a server; where there is none, of the producer, which works as well. */
const killWorker: Fault = {
  name: 'kill-worker',
  what: '`kill -9` of a worker or of `serve` (of the producer where it is alone); started again as by systemd',
  group: 'kill-worker',
  lasts: [500, 2000],
  weight: 4,
  inflict: (world, dice) => killed(world, dice, ['worker', 'server']) ?? killed(world, dice, ['producer']),
};

/** A process stops for longer than its locks hold (8 s) and comes back, believing that it has them. */
const freeze: Fault = {
  name: 'freeze',
  what: '`SIGSTOP` of any process for longer than its locks hold (8 s), then `SIGCONT`',
  group: 'freeze',
  lasts: [8500, 11_000],
  weight: 2,
  inflict(world, dice) {
    const child = world.crew.one(dice)?.child;
    if (child === undefined) return undefined;
    child.kill('SIGSTOP');
    return () => void child.kill('SIGCONT');
  },
};

/** Longest jump, in milliseconds: senders' signatures are good for 5 minutes both ways. */
const JUMP_MS = 4 * 60_000;

/** A process's clock is set minutes ahead or back, and right again. */
const clock: Fault = {
  name: 'clock-jump',
  what: 'the clock of any process jumps up to 4 minutes ahead or back, and right again',
  group: 'clock-jump',
  lasts: [2000, 9000],
  weight: 3,
  inflict(world, dice) {
    const member = world.crew.one(dice);
    if (member === undefined) return undefined;
    const file = join(world.clockDir, String(member.child.pid));
    // The decimals behind those that chose the process choose the jump.
    const share = (dice * 1000) % 1;
    writeFileSync(file, String(Math.round((2 * share - 1) * JUMP_MS)));
    return () => {
      writeFileSync(file, '0');
      void member.ended.then(() => rmSync(file, { force: true }));
    };
  },
};

/** What happens to processes of the program. */
export const PROCESS_FAULTS: readonly Fault[] = [killProducer, killWorker, freeze, clock];
