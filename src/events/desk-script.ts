import { DOUBT } from '../memory/scripts/doubt.ts';
import { ENTRY } from '../memory/scripts/entry.ts';
import { FIELDS } from '../queue/scripts/fields.ts';
import { defineScript } from '../redis/script.ts';
import { CHAIN } from './chain.ts';

/**
 * Hears one event of the desk: its place in the chain and what memory may still believe are decided together, for events of
 * one contact may arrive at several processes at once.
 *
 * KEYS the hash of field numbers; ARGV where memory is, how long it lasts (ms), counters of the source, contact, 1 when it
 * was created, 1 when nothing but the desk's bookkeeping changed, before and after (ms, 0: not said), what it shows as JSON
 * (see DOUBT). Returns `duplicates`, `out_of_order`, `broken_chain`, `bookkeeping`, `echo` or `news`. Each but the last is
 * counted under its name, and all but repetitions as `taken`.
 */
export const HEAR = defineScript(
  'eventsHear',
  1,
  `${FIELDS}${ENTRY}${DOUBT}${CHAIN}
local memory, lasts, counters, contact = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local created, bookkeeping = ARGV[5] == '1', ARGV[6] == '1'
local before, after = tonumber(ARGV[7]), tonumber(ARGV[8])
local t = redis.call('TIME')
local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
local function counted(verdict)
  if verdict ~= 'duplicates' then redis.call('HINCRBY', counters, 'taken', 1) end
  if verdict ~= 'news' then redis.call('HINCRBY', counters, verdict, 1) end
  return verdict
end
local link = chain_link(memory, contact, created, before, after)
if link == 'again' then return counted('duplicates') end
if link == 'late' then return counted('out_of_order') end
chain_go_on(memory, contact, created, after, lasts)
if link == 'broken' then
  doubt_all(memory, contact, now, lasts)
  return counted('broken_chain')
end
if bookkeeping then return counted('bookkeeping') end
if doubt(memory, contact, cjson.decode(ARGV[9]), now, lasts) == false then return counted('echo') end
return counted('news')
`,
);
