import { defineScript } from '../redis/script.ts';
import { CLEARED } from './compared.ts';
import { HELD_KEPT, WANTED_KEPT } from './judge.ts';
import { FIRST_WRITES } from './rail.ts';

/**
 * Lua that stops a run: the same as cancelling it, but its rows say why. The first reason stays, and what is over or was
 * cancelled by the operator is not stopped. Returns whether it was.
 */
const STOP_RUN = `
local function stop_run(key, trips)
  local h = redis.call('HMGET', key, 'started_at', 'cancelled', 'finished_at')
  if not h[1] or h[2] or h[3] then return false end
  local t = redis.call('TIME')
  redis.call('HSET', key, 'rail', trips, 'cancelled', string.format('%.0f', math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)))
  return true
end
`;

/** Stops a run. KEYS run; ARGV JSON [trip, ...]. Returns 1 when it was stopped by this. */
export const STOP = defineScript('railsStop', 1, `${STOP_RUN}return stop_run(KEYS[1], ARGV[1]) and 1 or 0`);

/**
 * Lua, behind BOOKS, that counts a write of a run and stops the run when too many were refused: in the script that ends the write's
 * row, so that no process sends another one in between. The share is held against the first writes as a whole until there are
 * more, so that one refusal at the start is no catastrophe. Returns the trip, or nil.
 */
export const COUNT_WRITE = `${STOP_RUN}
local function count_write(base, run, refused)
  local key = base .. ':run:' .. run
  count(key, 'w:n', 1)
  if not refused then return nil end
  count(key, 'w:bad', 1)
  write_books()
  local h = redis.call('HMGET', key, 'w:n', 'w:bad', 'max_failed')
  local writes, bad, limit = tonumber(h[1]), tonumber(h[2]), h[3]
  if not limit or bad * 100 <= tonumber(limit) * math.max(writes, ${FIRST_WRITES}) then return nil end
  local trips = '[{"name":"failed","refused":' .. string.format('%.0f', bad) .. ',"writes":' .. string.format('%.0f', writes) .. ',"limit":' .. limit .. '}]'
  return stop_run(key, trips) and trips or nil
end
`;

/**
 * Adds comparisons to a run's statistics, each look-up of a contact once, however often its job is repeated.
 *
 *   run:<run>:rails     hash: compared, changed; and by field n:, held:, over: (numbers), wants: and holds: (digests)
 *   run:<run>:compared  a bit for the last row of each contact that was counted
 *
 * KEYS these two; ARGV JSON [[row, changed 0/1, [[field, wanted, held, changed 0/1], ...]], ...], time to live (ms).
 * Returns the statistics as they are now, name and value in a row.
 */
export const MERGE = defineScript(
  'railsMerge',
  2,
  `
local s, touched = {}, {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do s[all[i]] = all[i + 1] end
local function add(name, n)
  s[name] = string.format('%.0f', (tonumber(s[name]) or 0) + n)
  touched[name] = true
end
local function keep(name, value, most)
  if value == '' then return end
  local n = 0
  for one in string.gmatch(s[name] or '', '[^,]+') do
    if one == value then return end
    n = n + 1
  end
  if n >= most then return end
  s[name] = n == 0 and value or (s[name] .. ',' .. value)
  touched[name] = true
end
for _, c in ipairs(cjson.decode(ARGV[1])) do
  if redis.call('SETBIT', KEYS[2], string.format('%.0f', c[1]), 1) == 0 then
    add('compared', 1)
    add('changed', c[2])
    for _, f in ipairs(c[3]) do
      add('n:' .. f[1], 1)
      add('held:' .. f[1], f[3] == '' and 0 or 1)
      add('over:' .. f[1], f[4])
      keep('wants:' .. f[1], f[2], ${WANTED_KEPT})
      keep('holds:' .. f[1], f[3], ${HELD_KEPT})
    end
  end
end
local put = {}
for name in pairs(touched) do put[#put + 1] = name put[#put + 1] = s[name] end
for i = 1, #put, 1000 do redis.call('HSET', KEYS[1], unpack(put, i, math.min(i + 999, #put))) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('HGETALL', KEYS[1])
`,
);

/**
 * Adds rows that change nothing to a run's statistics; each ended just now, so none is counted twice. KEYS the statistics;
 * ARGV rows, JSON [[field, rows, of which hold a value, [digest, ...]], ...], time to live (ms).
 */
export const ADD_UNCHANGED = defineScript(
  'railsAddUnchanged',
  1,
  `
local function keep(name, value, most)
  local list = redis.call('HGET', KEYS[1], name) or ''
  local n = 0
  for one in string.gmatch(list, '[^,]+') do
    if one == value then return end
    n = n + 1
  end
  if n < most then redis.call('HSET', KEYS[1], name, n == 0 and value or (list .. ',' .. value)) end
end
redis.call('HINCRBY', KEYS[1], 'compared', ARGV[1])
for _, f in ipairs(cjson.decode(ARGV[2])) do
  redis.call('HINCRBY', KEYS[1], 'n:' .. f[1], string.format('%.0f', f[2]))
  redis.call('HINCRBY', KEYS[1], 'held:' .. f[1], string.format('%.0f', f[3]))
  for _, value in ipairs(f[4]) do
    keep('wants:' .. f[1], value, ${WANTED_KEPT})
    if value ~= '${CLEARED}' then keep('holds:' .. f[1], value, ${HELD_KEPT}) end
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`,
);
