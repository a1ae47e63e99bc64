import type { FaultKind } from '../schedule.ts';
import type { World } from '../world.ts';

/** How a fault is mended. */
export type Mend = () => void | Promise<void>;

/** One kind of trouble. Everything about it that is left to chance comes from the strike. */
export interface Fault extends FaultKind {
  /** For docs/reliability.md. */
  what: string;
  /**
   * Does it; returns how it is mended, or undefined when there was nothing to hit. `dice` in [0, 1) says whom and how hard,
   * `lasts` (milliseconds) when it will be mended.
   */
  inflict(world: World, dice: number, lasts: number): Mend | undefined | Promise<Mend | undefined>;
}
