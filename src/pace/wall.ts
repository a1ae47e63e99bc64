/**
 * The limit that a desk really has. It may be less than the one we were told: an operator lowers it, a proxy has one of its
 * own. The first 429 of a window says how many calls got through, and from then on fewer are made.
 *
 * One hash per desk, kept for 30 days:
 *   calls   calls in a window that got through      at     when that was learnt
 *   wrap    the window it was learnt in             rest   how long it is believed before a little more is tried, in ms
 *
 * Whatever is in flight when a wall is met is refused as well. So what lies beyond the calls that ever got through in one window
 * (`proven`, in the limiter's hash) is walked into with few at a time: two, and one more for each fifty that got through.
 *
 * Others may have used up a part of it, so after ten minutes a twentieth more is tried, and so on; each time there was no
 * more after all, the rest doubles, up to a day.
 */

/** In flight at most, beyond what is proven: that many, and one more for so many calls of this window. */
const LEAST_BEYOND = 2;
const CALLS_FOR_ONE_MORE = 50;

/** Lua: whether as many calls as in this window ever got through in one, how many may be in flight, and what a window proves. */
export const PROVEN = `
local function beyond_proven(count, proven) return tonumber(count or '0') >= tonumber(proven or '0') end
local function most_beyond(count) return math.max(${LEAST_BEYOND}, math.floor(tonumber(count or '0') / ${CALLS_FOR_ONE_MORE})) end
local function prove(key, wall, window, count, proven)
  -- Of a window that met the wall nobody knows how many got through.
  if not count or not beyond_proven(count, proven) or redis.call('HGET', wall, 'wrap') == window then return end
  redis.call('HSET', key, 'proven', count)
end
`;

/** Lua: calls a minute that stay under the wall. `rate` is the most that is wanted. */
export const WALL = `
local function below_wall(key, rate, window, now)
  local h = redis.call('HMGET', key, 'calls', 'at', 'rest')
  if not h[1] then return rate end
  local more = math.floor((now - tonumber(h[2])) / tonumber(h[3]))
  return math.min(rate, math.max(1, tonumber(h[1])) * (1 + 0.05 * more))
end
`;

/** Lua: learns from a 429. Whatever is under way meets the same wall, so the first of a window counts. */
export const LEARN_WALL = `
local function learn_wall(key, wall, window, now)
  local h = redis.call('HMGET', key, 'wrap', 'count')
  local wrap = math.floor(now / window)
  if tonumber(h[1] or '-1') ~= wrap then return end
  local before = redis.call('HMGET', wall, 'wrap', 'rest')
  if tonumber(before[1] or '-1') == wrap then return end
  local rest = before[2] and math.min(tonumber(before[2]) * 2, 86400000) or 600000
  -- A few that are counted are those that were refused.
  redis.call('HSET', wall, 'calls', math.max(1, math.floor(tonumber(h[2]) * 0.97) - 1), 'wrap', wrap, 'at', now, 'rest', rest)
  redis.call('PEXPIRE', wall, 2592000000)
end
`;
