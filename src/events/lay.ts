import { CUT } from '../queue/scripts/intake.ts';
import { SETTLE_ROW } from '../run/settle.ts';

/**
 * Lua that gives an event its way: `judge` says how old it is and whether its record was deleted, `finish_event` ends its row,
 * `lay_event` puts it where rows wait for their look-up. An event `e` is as TAKE_EVENTS is told of it. The bodies of scripts behind
 * it go through `inBooks`.
 *
 * An event is as old as its source says, but never from the future: a clock that is ahead would win for ever.
 */
export const LAY = `${SETTLE_ROW}${CUT}
local function clock()
  local t = redis.call('TIME')
  return math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
end
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
-- Returns when it became so, and outcome and reason when it ends here.
local function judge(base, source, e, now)
  local month = math.floor(math.floor(now / 86400000) / 31)
  local function tomb(m)
    return base .. ':tomb:' .. source .. ':' .. string.format('%d', m)
  end
  local observed = now
  if e.o > 0 then observed = math.min(e.o, now) end
  local died
  if e.s ~= '' then died = redis.call('HGET', tomb(month), e.s) or redis.call('HGET', tomb(month - 1), e.s) end
  if e.t == 'deleted' and e.s ~= '' then
    if not died or tonumber(died) < observed then redis.call('HSET', tomb(month), e.s, string.format('%d', observed)) end
    redis.call('PEXPIRE', tomb(month), 62 * 86400000)
  elseif (e.t == 'row' or e.t == 'thin') and died and tonumber(died) >= observed then
    return observed, 'stale', 'deleted-at-source'
  end
  return observed, e.e, e.r
end
local function finish_event(base, run, row, e, now, outcome, reason)
  local n, line = string.format('%d', row), string.format('%d', row + 1)
  local entry = '[' .. n .. ',0,' .. line .. ',"' .. outcome .. '","' .. reason .. '"' .. e.d .. ']'
  settle_row(base, run, n, outcome, reason, entry)
  if e.q then
    redis.call('HSET', base .. ':quarantine', run .. '.' .. line, e.q)
    redis.call('ZADD', base .. ':quarantined', now, run .. '.' .. line)
  end
end
-- Returns the list it waits in.
local function lay_event(base, row, e, now, observed)
  local list = base .. ':in:e:' .. e.l
  redis.call('RPUSH', list, '{"row":' .. string.format('%d', row) .. ',"line":' .. string.format('%d', row + 1) .. ',"version":"'
    .. base36(observed, 9) .. base36(row, 7) .. '","since":' .. string.format('%d', now) .. ',' .. e.j)
  return list
end
`;
