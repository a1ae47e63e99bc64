import { defineScript } from '../../redis/script.ts';

/**
 * Whether all of these runs hold their writes back, and if so a note that something of them was held back just now. KEYS
 * runs that hold back, runs of which something is held back; ARGV runs.
 */
export const HOLDS = defineScript(
  'queueHolds',
  2,
  `for _, run in ipairs(ARGV) do
  if redis.call('SISMEMBER', KEYS[1], run) == 0 then return 0 end
end
redis.call('SADD', KEYS[2], unpack(ARGV))
return 1
`,
);

/** Ends the hold of a run; 1 when something of it was held back, and whoever asks is the one to give it jobs. KEYS as above; ARGV run. */
export const LET_GO = defineScript(
  'queueLetGo',
  2,
  `if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('SREM', KEYS[2], ARGV[1])
`,
);
