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
