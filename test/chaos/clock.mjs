/**
 * Loaded before the program (`node --import`): its clock differs from the machine's by so many milliseconds as stand in
 * CHAOS_CLOCK_DIR/<pid>. Only dates are shifted. Timers and `performance` go on evenly, as when an operator sets the clock.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.env.CHAOS_CLOCK_DIR, String(process.pid));
const LOOK_EVERY_MS = 100;
const RealDate = Date;
let shift = 0;

setInterval(() => {
  try {
    shift = Number(readFileSync(file, 'utf8'));
  } catch {
    // Nobody has touched this clock.
  }
}, LOOK_EVERY_MS).unref();

globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift);
    else super(...given);
  }

  static now() {
    return RealDate.now() + shift;
  }
};
