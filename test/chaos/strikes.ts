import { setTimeout as sleep } from 'node:timers/promises';
import { FAULTS } from './faults/catalog.ts';
import type { Strike } from './schedule.ts';
import type { World } from './world.ts';

/** How often each fault struck. */
export type Struck = Record<string, number>;

/** Lets the faults of a round strike, each at its time, and mends them; `say` hears of each as it happens. */
export async function strikeAll(world: World, struck: Struck, say: (text: string) => void): Promise<void> {
  const from = performance.now();
  const since = () => ((performance.now() - from) / 1000).toFixed(1).padStart(5);
  const one = async ({ at, fault: name, lasts, dice }: Strike): Promise<void> => {
    await sleep(at);
    const fault = FAULTS.find((known) => known.name === name);
    if (fault === undefined)
      throw new Error(`No fault is called ${name}. Known: ${FAULTS.map((f) => f.name).join(', ')}`);
    world.trouble.active += 1;
    try {
      const mend = await fault.inflict(world, dice, lasts);
      if (mend === undefined) {
        say(`${since()} s  ${name}: nothing there to hit`);
        return;
      }
      struck[name] = (struck[name] ?? 0) + 1;
      say(`${since()} s  ${name} for ${(lasts / 1000).toFixed(1)} s`);
      await sleep(lasts);
      await mend();
    } finally {
      world.trouble.active -= 1;
      world.trouble.endedAt = Date.now();
    }
  };
  await Promise.all(world.round.strikes.map(one));
}
