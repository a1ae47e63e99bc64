import { COUNT_WRITE } from '../../rails/scripts.ts';
import { defineScript } from '../../redis/script.ts';
import { SERVER } from '../../redis/server-id.ts';
import { COUNT, inBooks, SETTLE_ROW } from '../../run/settle.ts';
import { APPLIED } from './applied.ts';

/**
 * Takes out of mailboxes what was looked at, unless it was replaced meanwhile, and ends the rows that were in them.
 *
 * ARGV base, time to live of what was written (ms), JSON of calls to be counted, and JSON for each mailbox: {c: contact,
 * f: [[field, raw]], r: [[run, row, outcome, reason, entry]], w: 1 when it was written or may have been, o: 1 when the write
 * was refused, 0 when it was taken, absent when none was made, n: id of the contact if it was created, m: [[run, row]] that
 * go on elsewhere, s: the server they went to; on another one nothing is done}. Returns for each mailbox 1 for each row that
 * was new, in order, and behind them why the guard rail `failed` has stopped their run, when it just did.
 */
export const ACKNOWLEDGE = defineScript(
  'mailboxAcknowledge',
  1,
  `${SETTLE_ROW}${COUNT}${APPLIED}${COUNT_WRITE}${SERVER}
local base, ttl = ARGV[1], ARGV[2]
local function acknowledge(d)
  local contact = d.c
  local key = base .. ':p:' .. contact
  if d.s and d.s ~= server_id() then return {} end
  local map
  if d.w == 1 then map = applied_of(base, contact) end
  local names, gone = {}, {}
  for i, f in ipairs(d.f) do names[i] = f[1] end
  names[#names + 1] = '#s' names[#names + 1] = '#k'
  local held = redis.call('HMGET', key, unpack(names))
  for i, f in ipairs(d.f) do
    if held[i] == f[2] then gone[#gone + 1] = f[1] end
    if map then
      local version = string.sub(f[2], 1, 16)
      if not map[f[1]] or map[f[1]] < version then map[f[1]] = version end
    end
  end
  if map and #d.f > 0 then keep_applied(base, contact, map, now_ms(), ttl) end
  if map and d.n then
    -- From here on it is found by its number, and an older row must not win there either.
    local numbered = applied_of(base, d.n)
    for field, version in pairs(map) do
      if not numbered[field] or numbered[field] < version then numbered[field] = version end
    end
    keep_applied(base, d.n, numbered, now_ms(), ttl)
  end
  local new = {}
  for _, r in ipairs(d.r) do gone[#gone + 1] = '#r:' .. r[1] .. ':' .. r[2] end
  for _, r in ipairs(d.m) do gone[#gone + 1] = '#r:' .. r[1] .. ':' .. string.format('%.0f', r[2]) end
  -- A contact that stands in a file ten thousand times has as many rows, and Lua passes only some thousand arguments.
  for i = 1, #gone, 1000 do redis.call('HDEL', key, unpack(gone, i, math.min(i + 999, #gone))) end
  for i, r in ipairs(d.r) do
    new[i] = settle_row(base, r[1], r[2], r[3], r[4], r[5])
  end
  -- One write, whatever number of rows went with it: the newest carries it.
  local stopped
  if d.o and new[1] == 1 then stopped = count_write(base, d.r[1][1], d.o == 1) end
  local left = redis.call('HLEN', key)
  if left <= (held[#names - 1] and 1 or 0) + (held[#names] and 1 or 0) then
    if left > 0 then redis.call('DEL', key) end
    redis.call('ZREM', base .. ':dirty', contact)
  end
  if stopped then new[#new + 1] = stopped end
  return new
end
${inBooks(`
count_calls(base, cjson.decode(ARGV[3]))
local all = {}
for i = 4, #ARGV do all[i - 3] = acknowledge(cjson.decode(ARGV[i])) end
return all`)}`,
);
