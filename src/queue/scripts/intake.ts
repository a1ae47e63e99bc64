import { defineScript } from '../../redis/script.ts';
import { SERVER } from '../../redis/server-id.ts';

/** Lua that cuts batches off a list; those of events are known by their `e` and counted while they are under way. */
export const CUT = `
local function cut(base, list, size, partial, events)
  local t = redis.call('TIME')
  local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
  local ids = {}
  local left = redis.call('LLEN', list)
  while left >= size or (left > 0 and partial) do
    local rows = redis.call('LPOP', list, size)
    local id = string.format('%.0f', redis.call('INCR', base .. ':seq'))
    if events then
      id = 'e' .. id
      redis.call('SADD', base .. ':eb', id)
    end
    redis.call('SET', base .. ':b:' .. id, '[' .. table.concat(rows, ',') .. ']')
    redis.call('ZADD', base .. ':batches', now, id)
    ids[#ids + 1] = id
    left = left - #rows
  end
  return ids
end
-- Events do not wait for more of their kind, unless so many batches are under way that they would wait behind them.
local function cut_events(base, list, size, most)
  local ids = cut(base, list, size, false, true)
  if redis.call('LLEN', list) == 0 then return ids end
  -- The first one goes at once; what follows within a moment goes together.
  local t = redis.call('TIME')
  local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
  local last = tonumber(redis.call('GET', list .. ':cut') or '0')
  if now - last >= 100 and redis.call('SCARD', base .. ':eb') < most then
    redis.call('SET', list .. ':cut', string.format('%d', now), 'PX', 60000)
    for _, id in ipairs(cut(base, list, size, true, true)) do ids[#ids + 1] = id end
  end
  return ids
end
`;

/**
 * Takes rows in that have to be looked up and cuts full batches off, so that every look-up call carries as many rows as
 * it may. What is left over waits for more.
 *
 * KEYS intake list; ARGV base, rows a batch, 0 or, of events, most batches that are cut before they are full, rows as JSON
 * texts ... Returns the ids of the batches that were cut.
 */
export const TAKE_IN = defineScript(
  'intakeTakeIn',
  1,
  `${CUT}
for i = 4, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
if ARGV[3] ~= '0' then return cut_events(ARGV[1], KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])) end
return cut(ARGV[1], KEYS[1], tonumber(ARGV[2]), false)
`,
);

/**
 * Cuts the left-overs once nobody can add to them: no source is being read, and for the second and third look-up no batch
 * of those before is under way. KEYS the lists in their order; ARGV base, rows a batch. Returns batch ids.
 */
export const FLUSH = defineScript(
  'intakeFlush',
  3,
  `${CUT}
local base = ARGV[1]
local t = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', base .. ':producing', '-inf', math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000))
if redis.call('ZCARD', base .. ':producing') > 0 then return {} end
if redis.call('LLEN', KEYS[1]) > 0 then return cut(base, KEYS[1], tonumber(ARGV[2]), true) end
if redis.call('ZCARD', base .. ':batches') > 0 then return {} end
if redis.call('LLEN', KEYS[2]) > 0 then return cut(base, KEYS[2], tonumber(ARGV[2]), true) end
return cut(base, KEYS[3], tonumber(ARGV[2]), true)
`,
);

/** Cuts what is left over of events. KEYS their lists; ARGV base, rows a batch, most batches cut before they are full. */
export const FLUSH_EVENTS = defineScript(
  'intakeFlushEvents',
  3,
  `${CUT}
local ids = {}
for _, list in ipairs(KEYS) do
  for _, id in ipairs(cut_events(ARGV[1], list, tonumber(ARGV[2]), tonumber(ARGV[3]))) do ids[#ids + 1] = id end
end
return ids
`,
);

/** KEYS the batch; returns the server it is on, and its rows as JSON or nil. */
export const LOAD_BATCH = defineScript('intakeLoad', 1, `${SERVER}return { server_id(), redis.call('GET', KEYS[1]) }`);

/** Ends a batch, or keeps some rows of it. KEYS the batch, all batches, those of events; ARGV server or '', id, rows left or ''. */
export const END_BATCH = defineScript(
  'intakeEnd',
  3,
  `${SERVER}
if ARGV[1] ~= '' and server_id() ~= ARGV[1] then return 0 end
if ARGV[3] ~= '' then
  redis.call('SET', KEYS[1], ARGV[3], 'XX')
  return 1
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('SREM', KEYS[3], ARGV[2])
return 1
`,
);
