/**
 * Whose turn it is, where several accounts share one desk. Each that wants calls gets as many as the others, however many
 * processes or callers it has; what one does not want goes to those who do.
 *
 * It is start-time fair queueing (Goyal, 1996) for callers that ask again instead of standing in a queue. Calls that an
 * account was given are counted; one that is `lead` calls ahead of another that wants some too waits until that one came.
 * An account wants calls from its asking until a little after its slot, for whoever makes one call after the other has the
 * next ready by then. Who begins anew counts from where the others are: nobody saves up calls while it wants none.
 *
 * One hash per desk, only while several accounts ask; a field an account, `<calls> <wants some until, ms> <next come-back, ms>`.
 * In the hash of the limiter:
 *   turn    account that asked last          shared  until when several were there (ms)
 */

/** So long after its slot an account counts as one that wants another, in milliseconds: a call, and its way back. */
const STILL_WANTS_MS = 200;

/** Most calls that an account may be ahead: about as many as are made while another one is still thought to want some. */
const MOST_AHEAD = 16;

/** With others about, no slot is given out further ahead than this or two rounds, in milliseconds: who comes waits for them. */
const AHEAD_MS = 100;

/** An account that asked for nothing for so long is forgotten, and one that is alone goes the short way again, in milliseconds. */
const FORGET_MS = 1000;

/** Longest that a caller is sent away, in milliseconds. */
const LONGEST_AWAY_MS = 500;

/**
 * Lua: ms until the caller is to come back, or nothing when it may have its slot now. `last` and `shared` are what the hash
 * of the limiter says, `wait` ms until the slot, `gap` microseconds between two, `longest` as far as slots are given out, in ms.
 */
export const TURNS = `
local function not_yet(pace, turns, me, last, shared, now, wait, gap, longest, urgent)
  if (not last or last == me) and tonumber(shared or '0') < now then
    if not last then redis.call('HSET', pace, 'turn', me) end
    -- Alone, which costs nothing but this.
    if wait > longest then return math.min(wait, ${LONGEST_AWAY_MS}) end
    return
  end
  local least, others, mine, gone = nil, 0, nil, {}
  local flat = redis.call('HGETALL', turns)
  for i = 1, #flat, 2 do
    local calls, till, back = string.match(flat[i + 1], '^(%d+) (%d+) (%d+)$')
    calls, till = tonumber(calls), tonumber(till)
    if flat[i] == me then mine = { calls, till, tonumber(back) }
    elseif till > now then
      others = others + 1
      if not least or calls < least then least = calls end
    elseif till + ${FORGET_MS} < now then gone[#gone + 1] = flat[i] end
  end
  if #gone > 0 then redis.call('HDEL', turns, unpack(gone)) end
  local calls, till, back = unpack(mine or { 0, 0, 0 })
  if till <= now then calls = math.max(calls, least or 0) end
  local lead = math.max(1, math.min(${MOST_AHEAD}, math.ceil(${STILL_WANTS_MS} * 1000 / gap)))
  local round = (others + 1) * gap / 1000
  if others > 0 then longest = math.min(longest, math.max(${AHEAD_MS}, math.ceil(2 * round))) end
  local away
  if not urgent and (wait > longest or (least and calls >= least + lead)) then
    -- Its callers come back one after the other, a little sooner than there is something for each.
    back = math.min(math.max(back, now) + math.ceil(round / 2), now + ${LONGEST_AWAY_MS})
    away = math.max(1, back - now, math.min(wait - longest, ${LONGEST_AWAY_MS}))
    till = math.max(till, now + away + ${STILL_WANTS_MS})
  else
    calls, till = calls + 1, math.max(till, now + wait + ${STILL_WANTS_MS})
  end
  redis.call('HSET', turns, me, string.format('%.0f %.0f %.0f', calls, till, back))
  redis.call('PEXPIRE', turns, ${10 * FORGET_MS})
  if others > 0 or last ~= me then redis.call('HSET', pace, 'turn', me, 'shared', others > 0 and now + ${FORGET_MS} or shared or 0) end
  return away
end
`;
