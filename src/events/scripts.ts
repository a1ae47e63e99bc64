import { defineScript } from '../redis/script.ts';
import { inBooks } from '../run/settle.ts';
import { LAY } from './lay.ts';
import { WAIT } from './thin-scripts.ts';

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
 *   thin:<source>                 see thin-scripts.ts
 *
 * KEYS runs; ARGV base, run, source, rows a batch, most batches that are cut before they are full, JSON [{k: key (hex), w: 1 when it is made of
 * bytes alone: the same may be sent again on purpose, so a day or two are enough,
 * s: subject or '', o: observed at (ms), 0: now, t: 'row', 'thin', 'deleted' or 'end', l: kind of look-up, i: which of the texts is
 * the row as JSON without its number, version and opening brace, or the whole of a thin event, e: outcome, r: reason, d: end of the log
 * entry where it is not the usual one, q: JSON to be kept in quarantine}], the usual end of a log entry, texts ...
 * Returns {'no-run'}, or {'taken', {place of each that came before, from 1}, {batch, ...}, {row, outcome, reason, ... of each event that
 * ended here}, {place of each that waits for its record, ...}}.
 */
export const TAKE_EVENTS = defineScript(
  'eventsTake',
  1,
  LAY +
    WAIT +
    inBooks(`
local base, run, source = ARGV[1], ARGV[2], ARGV[3]
local key = base .. ':run:' .. run
if redis.call('HEXISTS', key, 'started_at') == 0 then return { 'no-run' } end
local now = clock()
local day = math.floor(now / 86400000)
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
local thin = base .. ':thin:' .. source
local ended, fetched, kinds, duplicates, taken = {}, {}, {}, {}, 0
for place, e in ipairs(cjson.decode(ARGV[6])) do
  if not is_new(e.k, e.w and 1 or ${SEEN_DAYS}) then duplicates[#duplicates + 1] = place
  else
    taken = taken + 1
    if e.i then e.j = ARGV[7 + e.i] end
    e.d = e.d or ARGV[7]
    local row = redis.call('HINCRBY', key, 'rows', 1) - 1
    local n = string.format('%d', row)
    local observed, outcome, reason = judge(base, source, e, now)
    if e.t == 'thin' and not outcome then
      local place = run .. '/' .. n
      if wait_for_record(thin, thin .. ':by', place, e) then fetched[#fetched + 1] = place
      else outcome, reason = 'merged', 'folded-into-newer' end
    end
    if outcome then
      finish_event(base, run, row, e, now, outcome, reason)
      ended[#ended + 1] = n ended[#ended + 1] = outcome ended[#ended + 1] = reason
    elseif e.t ~= 'thin' then
      kinds[e.l] = lay_event(base, row, e, now, observed)
    end
  end
end
redis.call('HINCRBY', base .. ':source:' .. source, 'taken', taken)
if #duplicates > 0 then redis.call('HINCRBY', base .. ':source:' .. source, 'duplicates', #duplicates) end
local batches = {}
for _, list in pairs(kinds) do
  for _, id in ipairs(cut_events(base, list, tonumber(ARGV[4]), tonumber(ARGV[5]))) do batches[#batches + 1] = id end
end
return { 'taken', duplicates, batches, ended, fetched }`),
);

/** Counts deliveries that were not taken. KEYS counters of the source; ARGV counter. */
export const COUNT_REFUSED = defineScript('eventsCount', 1, `return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)`);
