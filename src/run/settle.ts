import { defineScript } from '../redis/script.ts';

/**
 * Lua that counts rows as ended; with the last one the run is finished. `:totals` has the outcomes of all runs there ever were:
 * runs are forgotten, and what is scraped may never count backwards.
 */
const COUNT_SETTLED = `
local function count_settled(base, key, outcome, n)
  redis.call('HINCRBY', key, 'o:' .. outcome, n)
  redis.call('HINCRBY', base .. ':totals', 'o:' .. outcome, n)
  local settled = redis.call('HINCRBY', key, 'settled', n)
  local h = redis.call('HMGET', key, 'read_done', 'rows')
  if h[1] and tonumber(h[2]) == settled then
    local t = redis.call('TIME')
    redis.call('HSETNX', key, 'finished_at', math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000))
  end
end
`;

/**
 * Lua that gives one row its outcome, exactly once: the row's bit decides, so a replay, a second worker or a crash between
 * any two commands cannot count it twice. Shared by every script that ends rows.
 *
 * Per run: a hash with the counters (`o:<outcome>`, `r:<reason>`, `settled`), `:done` with a bit a row, and `:log`, the
 * outcomes on their way to the report, one JSON array a row (see LogEntry in ledger.ts).
 */
export const SETTLE_ROW = `${COUNT_SETTLED}
local function settle_row(base, run, row, outcome, reason, entry)
  local key = base .. ':run:' .. run
  if redis.call('SETBIT', key .. ':done', row, 1) == 1 then return 0 end
  if reason == 'run-cancelled' and redis.call('HEXISTS', key, 'rail') == 1 then
    reason = 'guard-rail'
    entry = string.gsub(entry, '"run%-cancelled"', '"guard-rail"', 1)
  end
  if reason ~= '' then redis.call('HINCRBY', key, 'r:' .. reason, 1) end
  redis.call('RPUSH', key .. ':log', entry)
  count_settled(base, key, outcome, 1)
  return 1
end
`;

/**
 * Lua that counts many rows of a run as one outcome without a reason. The caller has set their bits, in this same script,
 * and found none that was set before; `entries` may be fewer than `n`, or none when nobody will read them.
 */
export const SETTLE_ALIKE = `${COUNT_SETTLED}
local function settle_alike(base, run, outcome, n, entries)
  local key = base .. ':run:' .. run
  -- Lua passes only some thousand arguments.
  for i = 1, #entries, 1000 do redis.call('RPUSH', key .. ':log', unpack(entries, i, math.min(i + 999, #entries))) end
  count_settled(base, key, outcome, n)
end
`;

/** Lua that adds what calls there were to the counters of their runs, and of all: [[run, [counter, n, counter, n, ...]], ...]. */
export const COUNT = `
local function count_calls(base, calls)
  for _, of_run in ipairs(calls) do
    for i = 1, #of_run[2], 2 do
      local n = string.format('%.0f', of_run[2][i + 1])
      redis.call('HINCRBY', base .. ':run:' .. of_run[1], of_run[2][i], n)
      -- Medians are of a run.
      if string.sub(of_run[2][i], 1, 2) ~= 'h:' then redis.call('HINCRBY', base .. ':totals', of_run[2][i], n) end
    end
  end
end
`;

/** Counts calls alone. ARGV base, JSON as above. */
export const COUNT_CALLS = defineScript(
  'runCountCalls',
  1,
  `${COUNT}
count_calls(ARGV[1], cjson.decode(ARGV[2]))
return 1
`,
);

/** Ends rows outright. ARGV base, JSON [[run, row, outcome, reason, entry], ...]. Returns 1 for each that was new. */
export const SETTLE_ROWS = defineScript(
  'runSettleRows',
  1,
  `${SETTLE_ROW}
local new = {}
for i, r in ipairs(cjson.decode(ARGV[2])) do
  new[i] = settle_row(ARGV[1], r[1], r[2], r[3], r[4], r[5])
end
return new
`,
);

/**
 * Drops outcomes that stand in the report now. KEYS run, its log; ARGV outcomes, report directory, length of the file
 * before and after, the last of the outcomes. Returns 0 when this is not how things stand: somebody else writes the
 * file, or Redis was restarted and has lost its last moment.
 */
export const DRAINED = defineScript(
  'runDrained',
  2,
  `
local length = redis.call('HGET', KEYS[1], 'drained') or '0'
if length == ARGV[4] then return 1 end
if length ~= ARGV[3] then return 0 end
if redis.call('LINDEX', KEYS[2], tonumber(ARGV[1]) - 1) ~= ARGV[5] then return 0 end
redis.call('LTRIM', KEYS[2], ARGV[1], -1)
redis.call('HSET', KEYS[1], 'report_dir', ARGV[2], 'drained', ARGV[4])
return 1
`,
);
