import { defineScript } from '../redis/script.ts';
import { OCCUPY } from './occupation.ts';
import { TURNS } from './turns.ts';
import { LEARN_WALL, PROVEN, WALL } from './wall.ts';

/**
 * The limiter's Lua. Redis is the one clock and the one counter for every process, so the limit holds for any number of
 * workers. Times are milliseconds of Redis' clock unless said otherwise.
 *
 * One hash per desk:
 *   rate        calls per minute                       tat         when the next slot is free (microseconds)
 *   hold_until  nobody sends before                    cause       why: rate-limited | outage | token-refused
 *   level       steps of the growing pause             since       when this trouble began
 *   probe_until one caller is trying the desk out      tripped_at  when it was last held
 *   paused      the operator's `pause`              blame, blame_until, patience   see STREAK
 *   wrap, count the clock window, and calls in it       proven      see wall.ts
 * and what occupation.ts keeps of the desk's own work, and turns.ts of the accounts.
 *
 * One hash per account with the same `hold_until`, `cause`, `level`, `since`, `probe_until`, `tripped_at` and `paused`, for what
 * holds it and none of the others: a refused token, and a pause of its own.
 */

/**
 * Takes slots, or says how long to wait for each. Evenly spaced slots (GCRA): a fixed window would send a minute's worth at once.
 * BullMQ's own limiter counts job starts, not calls, per queue and in fixed windows, and a job here may make several
 * calls or none; measured in docs/rate-limits.md.
 *
 * KEYS hash, streak set, wall, turns, hash of the account; ARGV share of the limit to use, longest reservation ms, probe ms, window ms, rate of the
 * caller in case the one in the hash was forgotten (an hour without a call), desk share in thousandths, account; then for each
 * slot 1 when it is urgent, kind of call whose desk time is held to the share, or '', and what one costs if no such call was seen (microseconds).
 * Returns for each {granted, wait ms, cause, now ms, probe, since, streak, 1 when it is sent together with another on purpose}.
 */
export const ACQUIRE = defineScript(
  'paceAcquire',
  5,
  `${OCCUPY}${PROVEN}${WALL}${TURNS}
local t = redis.call('TIME')
local nowUs = tonumber(t[1]) * 1000000 + tonumber(t[2])
local now = math.floor(nowUs / 1000)
local a, streak
local function acquire(urgent, kind, known)
  local h = redis.call('HMGET', KEYS[1], 'rate', 'tat', 'hold_until', 'cause', 'level', 'probe_until', 'paused', 'since', 'wrap', 'count', 'proven', 'turn', 'shared')
  a = a or redis.call('HMGET', KEYS[5], 'hold_until', 'cause', 'level', 'probe_until', 'paused', 'since')
  local paused = h[7] or a[5]
  if paused then return {0, 1000, 'paused', now, 0, paused} end
  -- Why nobody but a caller that tries it out may go, and for how long; of the desk first, then of the account.
  local function held(till, cause, level, probing, since)
    till, level, probing = tonumber(till or '0'), tonumber(level or '0'), tonumber(probing or '0')
    if till > now then return {0, till - now, cause or 'outage', now, 0, since or tostring(now)} end
    if level > 0 and probing > now and not urgent then
      return {0, math.min(probing - now, 500), cause or 'outage', now, 0, since or tostring(now)}
    end
    return nil, level > 0
  end
  local wait_for, tries = held(h[3], h[4], h[5], h[6], h[8])
  local wait_alone, tries_alone = held(a[1], a[2], a[3], a[4], a[6])
  if wait_for or wait_alone then return wait_for or wait_alone end
  local probe = (tries or tries_alone) and 1 or 0
  local rate = tonumber(h[1] or ARGV[5])
  local window = tonumber(ARGV[4])
  if kind ~= '' then rate = below_wall(KEYS[3], rate, window, now) end
  local interval = window * 1000 / (rate * tonumber(ARGV[1]))
  -- Slots that a late timer missed may be caught up for a quarter of a second, not longer: no bursts. Where a wall may stand, none.
  local slack = math.max(interval, 250000)
  if kind ~= '' and beyond_proven(h[10], h[11]) then slack = interval end
  local longest = tonumber(ARGV[2])
  local tat = math.max(tonumber(h[2] or '0'), nowUs - slack)
  -- Further away than any slot of this rate: it was given out under a lower one, which holds no more.
  if tat > nowUs + longest * 1000 + interval then tat = nowUs + interval end
  local wait = math.max(0, math.ceil((tat - nowUs) / 1000))
  local desk
  if kind ~= '' then
    desk = occupy(KEYS[1], nowUs, kind, known, tonumber(ARGV[6]), longest * 1000, wait)
    wait = desk.wait
  end
  -- Never more than planned within one clock window, whatever was set before: what arrives late counts in the next.
  local wrap = math.floor((now + wait) / window)
  local fresh = tonumber(h[9] or '-1') ~= wrap
  local count = fresh and 0 or tonumber(h[10] or '0')
  if count >= math.ceil(rate * tonumber(ARGV[1])) then return {0, math.min((wrap + 1) * window - now, 500), 'pace', now, 0, ''} end
  local gap = desk and math.max(interval, desk.step) or interval
  local away = not_yet(KEYS[1], KEYS[4], ARGV[7], h[12], h[13], now, wait, gap, longest, urgent)
  if away or wait > longest then return {0, away or math.min(wait, 500), 'pace', now, 0, ''} end
  if fresh then prove(KEYS[1], KEYS[3], h[9], h[10], h[11]) end
  redis.call('HSET', KEYS[1], 'tat', string.format('%.0f', tat + interval), 'wrap', wrap, 'count', count + 1)
  if desk then redis.call('HSET', KEYS[1], unpack(desk.set)) end
  if not urgent then
    if tries then redis.call('HSET', KEYS[1], 'probe_until', now + tonumber(ARGV[3])) end
    if tries_alone then
      redis.call('HSET', KEYS[5], 'probe_until', now + tonumber(ARGV[3]))
      a = nil
    end
  end
  if not streak then
    streak = redis.call('EXISTS', KEYS[2])
    redis.call('PEXPIRE', KEYS[1], 3600000)
  end
  return {1, wait, '', now, probe, '', streak, desk and desk.together or 0}
end
local slots = {}
for i = 8, #ARGV, 3 do slots[#slots + 1] = acquire(ARGV[i] == '1', ARGV[i + 1], tonumber(ARGV[i + 2])) end
return slots
`,
);

/**
 * Holds everybody, or with the hash of an account that account alone. An outage or refused token grows step by step; calls
 * that were under way before the last step do not take another one.
 *
 * KEYS hash, wall; ARGV cause, wait ms ('' = the next growing step), jitter ms, granted-at ms, first step ms, longest step ms, window ms.
 * Returns {hold_until, level}.
 */
export const TRIP = defineScript(
  'paceTrip',
  2,
  `${LEARN_WALL}
local t = redis.call('TIME')
local now = math.floor((tonumber(t[1]) * 1000000 + tonumber(t[2])) / 1000)
local h = redis.call('HMGET', KEYS[1], 'hold_until', 'level', 'tripped_at', 'since')
local hold, level = tonumber(h[1] or '0'), tonumber(h[2] or '0')
local jitter = tonumber(ARGV[3])
-- Trouble that is over must not lend its beginning to the next one.
local since = now
if level > 0 or hold > now then since = h[4] or now end
if ARGV[1] == 'rate-limited' then
  learn_wall(KEYS[1], KEYS[2], tonumber(ARGV[7]), now)
  local till = now + tonumber(ARGV[2]) + jitter
  if till > hold then redis.call('HSET', KEYS[1], 'hold_until', till, 'cause', ARGV[1], 'since', since) end
  redis.call('HDEL', KEYS[1], 'probe_until')
  if redis.call('HEXISTS', KEYS[1], 'paused') == 0 then redis.call('PEXPIRE', KEYS[1], 3600000) end
  return {math.max(till, hold), level}
end
if level > 0 and tonumber(ARGV[4]) < tonumber(h[3] or '0') then return {hold, level} end
level = level + 1
local wait = tonumber(ARGV[2])
if not wait then wait = math.min(tonumber(ARGV[5]) * 2 ^ (level - 1), tonumber(ARGV[6])) end
hold = math.max(hold, math.floor(now + wait + jitter))
-- A desk that was ill is not given at once what it could take before.
redis.call('HSET', KEYS[1], 'hold_until', hold, 'cause', ARGV[1], 'level', level, 'tripped_at', now, 'since', since)
if ARGV[1] == 'outage' then redis.call('HSET', KEYS[1], 'gain', 100) end
redis.call('HDEL', KEYS[1], 'probe_until')
redis.call('PERSIST', KEYS[1])
return {hold, level}
`,
);

/**
 * The desk answered. KEYS hash, streak set, hash of the account; ARGV `well`: the trouble is over; `answers`: that of the desk
 * is, though this row failed or the token was refused; `streak`: a row went well, but whoever holds the fleet goes on holding it.
 */
export const CLEAR = defineScript(
  'paceClear',
  3,
  `
if ARGV[1] == 'well' then
  redis.call('HDEL', KEYS[3], 'hold_until', 'cause', 'level', 'tripped_at', 'since', 'probe_until')
end
if ARGV[1] ~= 'streak' then
  redis.call('HDEL', KEYS[1], 'hold_until', 'cause', 'level', 'tripped_at', 'since', 'probe_until')
end
if ARGV[1] ~= 'answers' then
  redis.call('DEL', KEYS[2])
  if redis.call('HEXISTS', KEYS[1], 'blame') == 1 then redis.call('HSET', KEYS[1], 'blame', 0) end
end
local held = redis.call('HMGET', KEYS[1], 'paused', 'level')
if not held[1] and not held[2] then redis.call('PEXPIRE', KEYS[1], 3600000) end
return 1
`,
);

/**
 * Notes a contact that got an error the desk may be to blame for, while `GET /api` says that all is well, and decides who
 * is. Several different ones in a row are an outage, until the pauses have not helped: then the next so many rows are to
 * blame, for ten minutes, before another and longer pause. So a file full of bad rows does not stand still for hours, and
 * an outage that the desk does not know of does not use up a whole file.
 *
 * KEYS streak set, hash; ARGV contact, granted-at ms, contacts that make an outage, steps of pause, rows that may be to
 * blame, first step ms, longest step ms. Returns {1 for an outage, contacts in a row, pause ms or '' for the next step}.
 */
export const STREAK = defineScript(
  'paceStreak',
  2,
  `
local t = redis.call('TIME')
local now = math.floor((tonumber(t[1]) * 1000000 + tonumber(t[2])) / 1000)
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 600000)
local n = redis.call('SCARD', KEYS[1])
local h = redis.call('HMGET', KEYS[2], 'level', 'tripped_at', 'blame', 'blame_until', 'patience')
local level, rows = tonumber(h[1] or '0'), tonumber(ARGV[5])
local before = tonumber(h[4] or '0') > now
local blame = before and tonumber(h[3] or '0') + rows or 0
if n < tonumber(ARGV[3]) or n <= blame then return {0, n, ''} end
local patience = before and tonumber(h[5] or '0') or 0
local pause = before and string.format('%.0f', math.min(tonumber(ARGV[6]) * 2 ^ patience, tonumber(ARGV[7]))) or ''
-- What was under way when everybody was held says nothing new.
if level > 0 and tonumber(ARGV[2]) < tonumber(h[2] or '0') then return {1, n, pause} end
if level < (before and 1 or tonumber(ARGV[4])) then return {1, n, pause} end
redis.call('HSET', KEYS[2], 'blame', n, 'blame_until', now + 600000, 'patience', math.max(level, patience + 1))
return {0, n, ''}
`,
);
