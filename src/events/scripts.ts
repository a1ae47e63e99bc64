import { CUT } from '../queue/scripts/intake.ts';
import { defineScript } from '../redis/script.ts';
import { SETTLE_ROW } from '../run/settle.ts';

/** Days a repetition is recognised for, and up to as many more: longer than any sender tries (Standard Webhooks: 76 hours). */
const SEEN_DAYS = 7;

/**
 * Takes what a delivery says, all of it or nothing: each event once, whatever is sent again.
 *
 *   seen:<source>:<span>-<n>:<bucket>  hash: rest of an event's key -> '', of the nth span of so many days. 4,096 buckets keep
 *                                 it compact; a span and the one before it are asked.
 *   tomb:<source>:<month>         hash: subject -> when it was deleted (ms); a month and the one before it are asked.
 *   in:e:<kind>                   list of rows that wait for their look-up, apart from those of files
 *   eb                            set of batches of events that are under way
 *   quarantine, quarantined       hash: id -> JSON of an event that cannot be used; sorted set: id -> since when (ms)
 *   source:<source>               hash of counters
 *
 * An event is as old as its source says, but never from the future: a clock that is ahead would win for ever.
 *
 * KEYS runs; ARGV base, run, source, rows a batch, most batches that are cut before they are full, JSON [{k: key (hex), w: 1 when it is made of
 * bytes alone: the same may be sent again on purpose, so a day or two are enough,
 * s: subject or '', o: observed at (ms), 0: now, t: 'row', 'deleted' or 'end', l: kind of look-up, j: which of the rows, e: outcome,
 * r: reason, d: end of the log entry where it is not the usual one, q: JSON to be kept in quarantine}], the usual end of a log entry,
 * rows as JSON without their number, version and opening brace ...
 * Returns {'no-run'}, or {'taken', duplicates, {batch, ...}, {row, outcome, reason, ... of each event that ended here}}.
 */
export const TAKE_EVENTS = defineScript(
  'eventsTake',
  1,
  `${SETTLE_ROW}${CUT}
local base, run, source = ARGV[1], ARGV[2], ARGV[3]
local key = base .. ':run:' .. run
if redis.call('HEXISTS', key, 'started_at') == 0 then return { 'no-run' } end
local t = redis.call('TIME')
local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
local day = math.floor(now / 86400000)
local month = math.floor(day / 31)
local DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
local function base36(n, width)
  local text = ''
  repeat
    local digit = n % 36
    text = string.sub(DIGITS, digit + 1, digit + 1) .. text
    n = math.floor(n / 36)
  until n == 0
  return string.rep('0', width - #text) .. text
end
local function is_new(k, span)
  local bucket, name = ':' .. string.sub(k, 1, 3), string.sub(k, 4)
  local period = math.floor(day / span)
  local seen = base .. ':seen:' .. source .. ':' .. string.format('%d', span) .. '-'
  if redis.call('HEXISTS', seen .. string.format('%d', period - 1) .. bucket, name) == 1 then return false end
  local place = seen .. string.format('%d', period) .. bucket
  if redis.call('HSETNX', place, name, '') == 0 then return false end
  redis.call('PEXPIRE', place, 2 * span * 86400000)
  return true
end
local function tomb(m)
  return base .. ':tomb:' .. source .. ':' .. string.format('%d', m)
end
local ended, kinds, duplicates, taken = {}, {}, 0, 0
for _, e in ipairs(cjson.decode(ARGV[6])) do
  if not is_new(e.k, e.w and 1 or ${SEEN_DAYS}) then duplicates = duplicates + 1
  else
    taken = taken + 1
    local row = redis.call('HINCRBY', key, 'rows', 1) - 1
    local n = string.format('%d', row)
    local observed = now
    if e.o > 0 then observed = math.min(e.o, now) end
    local outcome, reason = e.e, e.r
    local died
    if e.s ~= '' then died = redis.call('HGET', tomb(month), e.s) or redis.call('HGET', tomb(month - 1), e.s) end
    if e.t == 'deleted' and e.s ~= '' then
      if not died or tonumber(died) < observed then redis.call('HSET', tomb(month), e.s, string.format('%d', observed)) end
      redis.call('PEXPIRE', tomb(month), 62 * 86400000)
    elseif e.t == 'row' and died and tonumber(died) >= observed then
      outcome, reason = 'stale', 'deleted-at-source'
    end
    if outcome then
      local entry = '[' .. n .. ',0,' .. string.format('%d', row + 1) .. ',"' .. outcome .. '","' .. reason .. '"' .. (e.d or ARGV[7]) .. ']'
      settle_row(base, run, n, outcome, reason, entry)
      ended[#ended + 1] = n ended[#ended + 1] = outcome ended[#ended + 1] = reason
      if e.q then
        local id = run .. '.' .. string.format('%d', row + 1)
        redis.call('HSET', base .. ':quarantine', id, e.q)
        redis.call('ZADD', base .. ':quarantined', now, id)
      end
    else
      local list = base .. ':in:e:' .. e.l
      redis.call('RPUSH', list, '{"row":' .. n .. ',"line":' .. string.format('%d', row + 1) .. ',"version":"' .. base36(observed, 9)
        .. base36(row, 7) .. '","since":' .. string.format('%d', now) .. ',' .. ARGV[7 + e.j])
      kinds[e.l] = list
    end
  end
end
redis.call('HINCRBY', base .. ':source:' .. source, 'taken', taken)
if duplicates > 0 then redis.call('HINCRBY', base .. ':source:' .. source, 'duplicates', duplicates) end
local batches = {}
for _, list in pairs(kinds) do
  for _, id in ipairs(cut_events(base, list, tonumber(ARGV[4]), tonumber(ARGV[5]))) do batches[#batches + 1] = id end
end
return { 'taken', duplicates, batches, ended }
`,
);

/** Counts deliveries that were not taken. KEYS counters of the source; ARGV counter. */
export const COUNT_REFUSED = defineScript('eventsCount', 1, `return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)`);
