import { defineScript } from '../redis/script.ts';
import { inBooks } from '../run/settle.ts';
import { LAY } from './lay.ts';

/**
 * Events that carry only an id, while their record is fetched.
 *
 *   thin:<source>     hash: `<run>/<row>` -> `<claims> <attempts> <subject> <event as JSON>`
 *   thin:<source>:by  hash: subject -> `<run>/<row>` of the event whose request was not sent yet
 *
 * What is told of a record before its request is sent is in the answer, so a second event of that subject is folded into the
 * one that waits. Once it was sent, a second event waits for a request of its own. The number of claims is what a
 * process must know to say how its request went: one that was frozen meanwhile speaks of an older answer.
 */
const PLACES = `
local function parts_of(held)
  return string.match(held, '^(%d+) (%d+) (%x*) (.*)$')
end
local function run_and_row(place)
  local run, row = string.match(place, '^(.*)/(%d+)$')
  return run, tonumber(row)
end
-- The event of the subject that waits for its request to be sent.
local function waiting_of(thin, by, subject)
  local place = redis.call('HGET', by, subject)
  if place and redis.call('HEXISTS', thin, place) == 1 then return place end
  return nil
end
`;

/** Lua that lets an event wait for its record: `wait_for_record` returns false when it is folded into one that waits. */
export const WAIT = `${PLACES}
local function wait_for_record(thin, by, place, e)
  if waiting_of(thin, by, e.s) then return false end
  redis.call('HSET', thin, place, '0 0 ' .. e.s .. ' ' .. e.j)
  redis.call('HSET', by, e.s, place)
  return true
end
`;

/**
 * Begins to fetch. KEYS the two hashes; ARGV place. Returns false when it does not wait any more, or
 * {now (ms), claims, attempts so far, event}.
 */
export const CLAIM = defineScript(
  'thinClaim',
  2,
  `${PLACES}
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held then return false end
local claims, attempts, subject, event = parts_of(held)
claims = string.format('%d', tonumber(claims) + 1)
redis.call('HSET', KEYS[1], ARGV[1], claims .. ' ' .. attempts .. ' ' .. subject .. ' ' .. event)
if redis.call('HGET', KEYS[2], subject) == ARGV[1] then redis.call('HDEL', KEYS[2], subject) end
local t = redis.call('TIME')
return { math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000), tonumber(claims), tonumber(attempts), event }
`,
);

/**
 * Lets it wait again, unless an event of the same subject waits by now: then it is folded into that one. KEYS the two hashes;
 * ARGV base, place, claims, 1 when an attempt was used, end of the log entry. Returns 'gone', 'waits' or 'folded'.
 */
export const RELEASE = defineScript(
  'thinRelease',
  2,
  LAY +
    PLACES +
    inBooks(`
local base, place = ARGV[1], ARGV[2]
local held = redis.call('HGET', KEYS[1], place)
if not held then return 'gone' end
local claims, attempts, subject, event = parts_of(held)
if claims ~= ARGV[3] then return 'gone' end
local other = waiting_of(KEYS[1], KEYS[2], subject)
if other and other ~= place then
  local run, row = run_and_row(place)
  finish_event(base, run, row, { d = ARGV[5] }, 0, 'merged', 'folded-into-newer')
  redis.call('HDEL', KEYS[1], place)
  return 'folded'
end
attempts = string.format('%d', tonumber(attempts) + tonumber(ARGV[4]))
redis.call('HSET', KEYS[1], place, claims .. ' ' .. attempts .. ' ' .. subject .. ' ' .. event)
redis.call('HSET', KEYS[2], subject, place)
return 'waits'`),
);

/**
 * It was fetched, or never will be: its row ends, or waits for its look-up like any other. KEYS the two hashes; ARGV base,
 * source, place, claims, rows a batch, most batches that are cut before they are full, the event as TAKE_EVENTS is told of it.
 * Returns {'gone'} when somebody else was first, or {'done', {batch, ...}, outcome or '', reason or ''}.
 */
export const FINISH = defineScript(
  'thinFinish',
  2,
  LAY +
    PLACES +
    inBooks(`
local base, source, place = ARGV[1], ARGV[2], ARGV[3]
local held = redis.call('HGET', KEYS[1], place)
if not held then return { 'gone' } end
local claims, _, subject = parts_of(held)
if claims ~= ARGV[4] then return { 'gone' } end
local e, now = cjson.decode(ARGV[7]), clock()
local run, row = run_and_row(place)
redis.call('HDEL', KEYS[1], place)
if redis.call('HGET', KEYS[2], subject) == place then redis.call('HDEL', KEYS[2], subject) end
local observed, outcome, reason = judge(base, source, e, now)
if outcome then
  finish_event(base, run, row, e, now, outcome, reason)
  return { 'done', {}, outcome, reason }
end
local list = lay_event(base, row, e, now, observed)
return { 'done', cut_events(base, list, tonumber(ARGV[5]), tonumber(ARGV[6])), '', '' }`),
);
