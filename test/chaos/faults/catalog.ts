import { ANSWER_FAULTS } from './answers.ts';
import { DESK_FAULTS } from './desk.ts';
import { DISK_FAULTS } from './disk.ts';
import type { Fault } from './fault.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { REDIS_FAULTS } from './redis.ts';

/** Everything that can go wrong. A new fault changes what a seed draws. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...REDIS_FAULTS,
  ...DESK_FAULTS,
  ...ANSWER_FAULTS,
  ...DISK_FAULTS,
];
