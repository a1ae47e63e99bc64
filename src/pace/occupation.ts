import { defineScript } from '../redis/script.ts';
import { PAIRS } from './pairs.ts';
import { PROVEN } from './wall.ts';

/**
 * The desk's occupation, shared by every process through the hash of the limiter. What is held is our calls a second times
 * what they cost the desk at least, against what it can do: one core for each Ruby process.
 *
 *   gain     thousandths of the share which are taken now    cores  processes the desk was found to have
 *   dtat     when the desk has done what it was given (microseconds)
 *   f:<kind> what a call costs at least (microseconds)       fa:<kind>, fn:<kind>  when one was seen, and how many
 *   net      least way through the network (microseconds)    ratio  desk time of late calls / their floor, smoothed
 *   seen     when a call was seen      tick     when gain was looked at      why   of gain, in a word
 *   late     calls in a row that queued      halved   when gain was halved last
 *   pressed  when the share was what calls waited for last
 *   pair_*   calls that are sent together on purpose, see pairs.ts
 *
 * It stands on Netflix's concurrency-limits (Gradient2: latency against its long-term floor, slow to rise and quick to
 * fall) and leaves it in two places. The signal is x-runtime, which no network and no queue in front of the desk is in; and
 * what is steered is the share of the desk's time and not the number in flight: with one process, one in flight gets all
 * there is (measured on 4.10.0: 55 writes a second with 1, 46 with 5, while an agent waits 0.6 s), so a number cannot
 * leave room for agents.
 */

/** A part so small is always taken: without calls nothing would be learnt. Thousandths. */
const LEAST_GAIN = 50;

/** With so much a run begins, and a desk is met that nobody looked at for a while or that was ill. Thousandths. */
const FIRST_GAIN = 100;

/** What was learnt of a desk's load is forgotten after so long without a call, in milliseconds. */
const FORGET_MS = 60_000;

/** Gain is looked at so often, in milliseconds. */
const TICK_MS = 500;

/** Desk time over its floor: above the first somebody else is being served, below the second nobody is. */
const BUSY = 1.5;
const IDLE = 1.3;

/** Costs below this are noise: any call that reads a contact takes a desk 9 ms. Microseconds. */
const LEAST_COST = 5000;

/** A call that took so much longer than its desk time and the network stood in a queue, in microseconds. */
const QUEUED = 10_000;

/** So much lateness is made up for, in microseconds: more would let calls meet at the desk. */
const LATE_US = 20_000;

/** Calls that are let go as at the whole share by a desk that was given nothing for a while: about a tenth of a second of its work. */
const BURST = 6;

/** That while, in microseconds. */
const IDLE_US = 1_000_000;

/** Planned for a bit less: a call costs a little more than its floor. */
const MARGIN = 0.97;

/**
 * Lua: when the desk has room for a call, at the earliest after `wait` ms. Calls are spaced by what the one before costs, so the
 * share holds over any second, however many processes ask.
 */
export const OCCUPY = `
local function part_of(share, gain, cores, seen, now)
  if now - seen > ${FORGET_MS} then gain = ${FIRST_GAIN} end
  return share / 1000 * gain / 1000 * cores * ${MARGIN}
end
local function occupy(key, nowUs, kind, known, share, longestUs, wait)
  local h = redis.call('HMGET', key, 'gain', 'cores', 'seen', 'f:' .. kind, 'dtat', 'pair_left', 'pair_at', 'burst')
  local now = math.floor(nowUs / 1000)
  local part = part_of(share, tonumber(h[1] or '${FIRST_GAIN}'), tonumber(h[2] or '1'), tonumber(h[3] or '0'), now)
  local step = tonumber(h[4] or known) / part
  local left, at = tonumber(h[6] or '0'), tonumber(h[7] or '0')
  -- Together with the one before, which is not sent yet.
  if left > 0 and at > nowUs then
    return { wait = math.ceil((at - nowUs) / 1000), together = 1, step = step, set = {
      'dtat', string.format('%.0f', tonumber(h[5] or '0') + step), 'pair_left', left - 1 } }
  end
  -- The others did not ask in time: alone, a call finds nothing out.
  local alone = left > 0 and at > 0
  if alone then left = 0 end
  local dtat = tonumber(h[5] or '0')
  -- After a while of nothing a few take as little time as at the whole share: what a single event needs should not wait for a
  -- pace to be found.
  local burst = tonumber(h[8] or '0')
  if dtat < nowUs - ${IDLE_US} then burst = ${BURST} end
  if burst > 0 then step = tonumber(h[4] or known) * 1000 / share end
  dtat = math.max(dtat, nowUs - ${LATE_US})
  -- Further away than any slot of this share: it was given out under a lower one.
  if dtat > nowUs + longestUs + step then dtat = nowUs + step end
  local free = math.max(0, math.ceil((dtat - nowUs) / 1000))
  local set = { 'dtat', string.format('%.0f', dtat + step), 'burst', math.max(0, burst - 1) }
  if alone then
    for _, name in ipairs({ 'pair_left', 'pair_open', 'pair_at' }) do set[#set + 1] = name set[#set + 1] = 0 end
  end
  if free > wait then
    set[#set + 1] = 'pressed' set[#set + 1] = now
    wait = free
  end
  if left > 0 then
    -- The first of some that go together: the others ask before its time.
    wait = math.max(wait, 20)
    set[#set + 1] = 'pair_at' set[#set + 1] = string.format('%.0f', nowUs + wait * 1000)
    set[#set + 1] = 'pair_left' set[#set + 1] = left - 1
  end
  return { wait = wait, together = left > 0 and 1 or 0, step = step, set = set }
end
`;

/**
 * Learns from a call that was answered, and says what may be in flight.
 *
 * KEYS hash; ARGV kind, desk time (microseconds, '' when the desk did not say), time from sending to the answer
 * (microseconds), 'met' when it was sent together with others on purpose, 'late' when it was to be and came too late, else 'alone',
 * desk share of the caller in thousandths.
 * Returns the most that may be in flight.
 */
export const OBSERVE = defineScript(
  'paceObserve',
  1,
  `${OCCUPY}${PAIRS}${PROVEN}
local t = redis.call('TIME')
local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
local kind, whole = ARGV[1], tonumber(ARGV[3])
local h, flat = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do h[flat[i]] = flat[i + 1] end
-- A proxy took the header away: the round trip against its own floor says the same, network and all.
local x = tonumber(ARGV[2]) or whole
-- A low quantile, slowly forgotten: down by a third of the way, up by a percent in twenty seconds.
local function floor_of(floor, value, since, n)
  if not floor then return value end
  if value < floor then return floor + (value - floor) * (n < 10 and 0.5 or 0.3) end
  return math.min(value, floor * (1 + math.min(now - since, 60000) / 1800000))
end
local n = tonumber(h['fn:' .. kind] or '0')
local floor = floor_of(tonumber(h['f:' .. kind]), x, tonumber(h['fa:' .. kind] or now), n)
local seen = tonumber(h.seen or '0')
local net = floor_of(tonumber(h.net), math.max(0, whole - x), seen, n)
local gain, cores, ratio = tonumber(h.gain or '${FIRST_GAIN}'), tonumber(h.cores or '1'), tonumber(h.ratio or '1')
local tick, late, why = tonumber(h.tick or '0'), tonumber(h.late or '0'), h.why or 'starting'
if now - seen > ${FORGET_MS} then gain, ratio, tick, late, why = ${FIRST_GAIN}, 1, now, 0, 'starting' end
local may = beyond_proven(h.count, h.proven) and most_beyond(h.count) or 1000
local times = math.min(4, x / math.max(floor, ${LEAST_COST}))
if ARGV[4] == 'met' then cores = see_pair(h, now, cores, times)
elseif ARGV[4] == 'late' then h.pair_left, h.pair_open = 0, 0
else
  local weight = math.max(0.1, math.min(0.5, 1 - math.exp(-(now - seen) / 1000)))
  ratio = ratio + weight * (times - ratio)
  if whole - x - net > ${QUEUED} then late = late + 1 else late = 0 end
end
if late >= 2 and now - tonumber(h.halved or '0') > 1000 then
  gain, tick, why = math.max(${LEAST_GAIN}, gain / 2), now, 'queueing'
  h.halved = now
elseif now - tick >= ${TICK_MS} then
  tick = now
  if ratio > ${BUSY} then gain, why = math.max(${LEAST_GAIN}, gain * 0.6), 'busy'
  elseif ratio < ${IDLE} then
    gain = math.min(1000, gain * 1.25 + 10)
    why = gain < 1000 and 'rising' or 'steady'
    if gain == 1000 and cores < may then begin_pair(h, now, cores) end
  else why = 'holding' end
end
-- So much trouble that what was found in better times may not hold any more.
if gain <= ${FIRST_GAIN} and (why == 'busy' or why == 'queueing') and cores > 1 then
  cores = 1
  h.pair_n, h.pair_flat, h.pair_rest, h.pair_next = 0, 0, 0, now + 5000
end
local part = part_of(tonumber(ARGV[5]), gain, cores, now, now)
-- Half as many again as are on their way at one time: where all of them are waited for, calls go in bunches.
local most = math.max(1, math.ceil(1.5 * part * (1 + net / math.max(floor, 1)) - 0.1))
most = math.min(most, may)
-- Room for those that are to go together, beside what is under way.
if tonumber(h.pair_left or '0') > 0 then most = most + h.pair_left end
local set = { 'f:' .. kind, string.format('%.0f', floor), 'fa:' .. kind, now, 'fn:' .. kind, n + 1, 'net', string.format('%.0f', net),
  'gain', string.format('%.0f', gain), 'cores', cores, 'ratio', string.format('%.3f', ratio), 'seen', now, 'tick', tick, 'late', late, 'why', why }
for _, name in ipairs({ 'halved', 'pair_left', 'pair_open', 'pair_worst', 'pair_begun', 'pair_at', 'pair_next', 'pair_n', 'pair_flat', 'pair_rest' }) do
  if h[name] then set[#set + 1] = name set[#set + 1] = h[name] end
end
redis.call('HSET', KEYS[1], unpack(set))
-- Forgotten meanwhile: nobody else would let it be forgotten again.
if #flat == 0 then redis.call('PEXPIRE', KEYS[1], 3600000) end
return most
`,
);
