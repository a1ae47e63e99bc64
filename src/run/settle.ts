import { defineScript } from '../redis/script.ts';

/**
 * Lua that counts: `count` notes it, and `write_books` writes down what was noted, each counter once however many rows a script
 * ends. With the last row a run is finished. `:totals` has the outcomes of all runs there ever were: runs are forgotten, and
 * what is scraped may never count backwards.
 */
export const BOOKS = `
local books = {}
local function count(key, counter, n)
  local book = books[key]
  if not book then
    book = {}
    books[key] = book
  end
  book[counter] = (book[counter] or 0) + n
end
local function write_books()
  for key, book in pairs(books) do
    for counter, n in pairs(book) do
      local sum = redis.call('HINCRBY', key, counter, string.format('%.0f', n))
      if counter == 'settled' then
        local h = redis.call('HMGET', key, 'read_done', 'rows')
        if h[1] and tonumber(h[2]) == sum then
          local t = redis.call('TIME')
          redis.call('HSETNX', key, 'finished_at', math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000))
        end
      end
    end
  end
  books = {}
end
local function count_settled(base, key, outcome, n)
  count(key, 'o:' .. outcome, n)
  count(base .. ':totals', 'o:' .. outcome, n)
  count(key, 'settled', n)
end
`;

/**
 * The body of a script that counts, behind BOOKS. The books are written down at its end, whatever that is: a row whose bit was
 * set before an error would never be counted again.
 */
export function inBooks(lua: string): string {
  return `
local function work()
${lua}
end
local fine, answer = pcall(work)
write_books()
if not fine then error(answer, 0) end
return answer
`;
}

/**
 * Lua that gives one row its outcome, exactly once: the row's bit decides, so a replay, a second worker or a crash between
 * any two commands cannot count it twice. Shared by every script that ends rows; their bodies go through `inBooks`.
 *
 * Per run: a hash with the counters (`o:<outcome>`, `r:<reason>`, `settled`), `:done` with a bit a row, and `:log`, the
 * outcomes on their way to the report, one JSON array a row (see LogEntry in ledger.ts).
 */
export const SETTLE_ROW = `${BOOKS}
local function settle_row(base, run, row, outcome, reason, entry)
  local key = base .. ':run:' .. run
  if redis.call('SETBIT', key .. ':done', row, 1) == 1 then return 0 end
  if reason == 'run-cancelled' and redis.call('HEXISTS', key, 'rail') == 1 then
    reason = 'guard-rail'
    entry = string.gsub(entry, '"run%-cancelled"', '"guard-rail"', 1)
  end
  if reason ~= '' then count(key, 'r:' .. reason, 1) end
  redis.call('RPUSH', key .. ':log', entry)
  count_settled(base, key, outcome, 1)
  return 1
end
`;

/**
 * Lua that counts many rows of a run as one outcome without a reason. The caller has set their bits, in this same script,
 * and found none that was set before; `entries` may be fewer than `n`, or none when nobody will read them. Behind it the books
 * have to be written.
 */
export const SETTLE_ALIKE = `${BOOKS}
local function settle_alike(base, run, outcome, n, entries)
  local key = base .. ':run:' .. run
  -- Lua passes only some thousand arguments.
  for i = 1, #entries, 1000 do redis.call('RPUSH', key .. ':log', unpack(entries, i, math.min(i + 999, #entries))) end
  count_settled(base, key, outcome, n)
end
`;

/** Lua that adds what calls there were to the counters of their runs, and of all: [[run, [counter, n, counter, n, ...]], ...]; behind BOOKS. */
export const COUNT = `
local function count_calls(base, calls)
  for _, of_run in ipairs(calls) do
    for i = 1, #of_run[2], 2 do
      local counter, n = of_run[2][i], of_run[2][i + 1]
      count(base .. ':run:' .. of_run[1], counter, n)
      -- Medians are of a run.
      if string.sub(counter, 1, 2) ~= 'h:' then count(base .. ':totals', counter, n) end
    end
  end
end
`;

/** Counts calls alone. ARGV base, JSON as above. */
export const COUNT_CALLS = defineScript(
  'runCountCalls',
  1,
  `${BOOKS}${COUNT}
count_calls(ARGV[1], cjson.decode(ARGV[2]))
write_books()
return 1
`,
);

/** Ends rows outright. ARGV base, JSON [[run, row, outcome, reason, entry], ...]. Returns 1 for each that was new. */
export const SETTLE_ROWS = defineScript(
  'runSettleRows',
  1,
  SETTLE_ROW +
    inBooks(`
local new = {}
for i, r in ipairs(cjson.decode(ARGV[2])) do
  new[i] = settle_row(ARGV[1], r[1], r[2], r[3], r[4], r[5])
end
return new`),
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
