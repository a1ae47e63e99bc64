import { defineScript } from '../../redis/script.ts';

const CUT = `
local function cut(base, list, size, partial)
  local t = redis.call('TIME')
  local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
  local ids = {}
  local left = redis.call('LLEN', list)
  while left >= size or (left > 0 and partial) do
    local rows = redis.call('LPOP', list, size)
    local id = string.format('%.0f', redis.call('INCR', base .. ':seq'))
    redis.call('SET', base .. ':b:' .. id, '[' .. table.concat(rows, ',') .. ']')
    redis.call('ZADD', base .. ':batches', now, id)
    ids[#ids + 1] = id
    left = left - #rows
  end
  return ids
end
`;

/**
 * Takes rows in that have to be looked up and cuts full batches off, so that every look-up call carries as many rows as
 * it may. What is left over waits for more, unless `flush` is 1.
 *
 * KEYS intake list; ARGV base, rows a batch, flush, rows as JSON texts ... Returns the ids of the batches that were cut.
 */
export const TAKE_IN = defineScript(
  'intakeTakeIn',
  1,
  `${CUT}
for i = 4, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
return cut(ARGV[1], KEYS[1], tonumber(ARGV[2]), ARGV[3] == '1')
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
