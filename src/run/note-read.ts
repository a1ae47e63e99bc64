import { defineScript } from '../redis/script.ts';
import { SERVER } from '../redis/server-id.ts';

/**
 * Notes how far the source of a run was read. KEYS run; ARGV the server that has everything before (see server-id.ts; '':
 * any), rows, files as JSON or '', 1 when that was all. Returns -1 on another server, where something of it may be missing,
 * and otherwise whether the run was cancelled.
 */
export const NOTE_READ = defineScript(
  'runNoteRead',
  1,
  `${SERVER}
if ARGV[1] ~= '' and server_id() ~= ARGV[1] then return -1 end
redis.call('HSET', KEYS[1], 'rows', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'files', ARGV[3]) end
if ARGV[4] == '1' then
  redis.call('HSET', KEYS[1], 'read_done', 1)
  if (redis.call('HGET', KEYS[1], 'settled') or '0') == ARGV[2] then
    local t = redis.call('TIME')
    redis.call('HSETNX', KEYS[1], 'finished_at', math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000))
  end
end
return redis.call('HEXISTS', KEYS[1], 'cancelled')
`,
);

/** Writes to a run's hash on the server that has everything before, so that a replica can be asked for both. KEYS run; ARGV server. */
export const WITNESS = defineScript(
  'runWitness',
  1,
  `${SERVER}
if server_id() ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'server', ARGV[1])
return 1
`,
);
