import { defineScript } from '../redis/script.ts';
import { COUNT, SETTLE_ROW } from '../run/settle.ts';

/**
 * The mailbox of a contact in Lua. BullMQ never merges data: an add for a waiting job is dropped, one for an active job
 * keeps only the last. So the patch never rides in the job. It waits here, field by field, and the job only says "look".
 *
 *   p:<contact>  hash: field -> "<version 16><run>|<JSON text>", and "#r:<run>:<row>" -> "<file>,<line>,<version>"
 *   a:<bucket>   hash: contact -> last written at (ms), then groups "<version 16><field number>,<field number>..." parted
 *                by RS: what was already written or found there, so that an older value that arrives late cannot win. 64
 *                contacts a hash keep it compact; it lives as long as a source may lag behind.
 *   fields       hash: field -> its number, and "#<number>" -> field. Names would take most of the memory of a:*, which
 *                grows with the contacts of a run: 180 bytes a contact with six fields, 75 with their numbers.
 *   dirty        sorted set: contact -> since when it has something pending (ms)
 */
const APPLIED = `
local function applied_key(base, contact)
  return base .. ':a:' .. string.format('%.0f', math.floor(tonumber(contact) / 64))
end
local function applied_of(base, contact)
  local map, at = {}, 0
  local packed = redis.call('HGET', applied_key(base, contact), contact)
  if packed then
    local first = true
    for group in string.gmatch(packed, '[^\\30]+') do
      if first then at = tonumber(group) first = false
      else
        local version = string.sub(group, 1, 16)
        local numbers = {}
        for number in string.gmatch(string.sub(group, 17), '%d+') do numbers[#numbers + 1] = '#' .. number end
        for _, field in ipairs(redis.call('HMGET', base .. ':fields', unpack(numbers))) do
          if field then map[field] = version end
        end
      end
    end
  end
  return map, at
end
local function keep_applied(base, contact, map, now, ttl)
  local groups, names = {}, {}
  for field in pairs(map) do names[#names + 1] = field end
  local numbers = redis.call('HMGET', base .. ':fields', unpack(names))
  for i, field in ipairs(names) do
    local number, version = numbers[i], map[field]
    if not number then
      number = string.format('%.0f', redis.call('HLEN', base .. ':fields') / 2 + 1)
      redis.call('HSET', base .. ':fields', field, number, '#' .. number, field)
    end
    if groups[version] then groups[version] = groups[version] .. ',' .. number else groups[version] = version .. number end
  end
  local parts = { string.format('%.0f', now) }
  for _, group in pairs(groups) do parts[#parts + 1] = group end
  local key = applied_key(base, contact)
  redis.call('HSET', key, contact, table.concat(parts, '\\30'))
  redis.call('PEXPIRE', key, ttl)
end
local function now_ms()
  local t = redis.call('TIME')
  return math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
end
`;

/**
 * Puts changes into mailboxes. A field goes in when it is newer than what is pending and what was written, and differs
 * from what the desk holds; or when something older is pending or was written since the desk was read, for then the desk
 * no longer holds what was read. A field that the desk holds already counts as written with this version: else an older
 * row whose look-up took longer (a retry, a crash) would overwrite it.
 *
 * ARGV base, JSON [{c: contact, a: read at ms, r: [[run, row, file, line, version]], f: [[field, version, json, differs]],
 * t: tail of the log entry}], time to live of what was written (ms). Returns for each {1 when the contact has something
 * pending (a job is needed), else 0; then row, outcome and reason of every row that ended here}.
 */
export const DELIVER = defineScript(
  'mailboxDeliver',
  1,
  `${SETTLE_ROW}${APPLIED}
local base = ARGV[1]
local now = now_ms()
local answer = {}
local ended
local function finish(r, outcome, reason, tail)
  local entry = '[' .. string.format('%.0f', r[2]) .. ',' .. string.format('%.0f', r[3]) .. ',' .. string.format('%.0f', r[4])
    .. ',"' .. outcome .. '","' .. reason .. '"' .. tail .. ']'
  if settle_row(base, r[1], r[2], outcome, reason, entry) == 1 then
    ended[#ended + 1] = r[2] ended[#ended + 1] = outcome ended[#ended + 1] = reason
  end
end
for _, d in ipairs(cjson.decode(ARGV[2])) do
  local key = base .. ':p:' .. d.c
  local rows = {}
  -- A value belongs to the run of the row it came from: rows of several runs may be folded into one change.
  local owner = {}
  ended = { 0 }
  for _, r in ipairs(d.r) do
    local run = base .. ':run:' .. r[1]
    owner[r[5]] = r[1]
    if redis.call('GETBIT', run .. ':done', r[2]) == 0 and redis.call('HEXISTS', key, '#r:' .. r[1] .. ':' .. string.format('%.0f', r[2])) == 0 then
      if redis.call('HEXISTS', run, 'cancelled') == 1 then
        owner[r[5]] = nil
        finish(r, 'cancelled', 'run-cancelled', d.t)
      else
        rows[#rows + 1] = r
      end
    end
  end
  if #rows == 0 then
    ended[1] = redis.call('EXISTS', key)
  else
    local pending, applied, at = {}, applied_of(base, d.c)
    local held = redis.call('HGETALL', key)
    for i = 1, #held, 2 do pending[held[i]] = string.sub(held[i + 1], 1, 16) end
    local open, stale, equal = 0, 0, 0
    local confirmed, put = false, {}
    for _, f in ipairs(d.f) do
      local field, version = f[1], f[2]
      local was, waits = applied[field], pending[field]
      local run = owner[version]
      if not run then
        -- Its run was cancelled.
      elseif was and was >= version then stale = stale + 1
      elseif waits and waits >= version then open = open + 1
      elseif f[4] == 1 or waits or (was and at >= d.a) then
        put[#put + 1] = field put[#put + 1] = version .. run .. '|' .. f[3]
        open = open + 1
      else
        equal = equal + 1
        applied[field] = version
        confirmed = true
      end
    end
    if confirmed then keep_applied(base, d.c, applied, at, ARGV[3]) end
    if open > 0 then
      for _, r in ipairs(rows) do
        put[#put + 1] = '#r:' .. r[1] .. ':' .. string.format('%.0f', r[2])
        put[#put + 1] = string.format('%.0f', r[3]) .. ',' .. string.format('%.0f', r[4]) .. ',' .. r[5]
      end
      redis.call('HSET', key, unpack(put))
      redis.call('ZADD', base .. ':dirty', 'NX', now, d.c)
      ended[1] = 1
    else
      local outcome, reason = 'unchanged', ''
      if stale > 0 and equal == 0 then outcome, reason = 'stale', 'older-than-written' end
      for i, r in ipairs(rows) do
        local o, why = outcome, reason
        if i < #rows and outcome == 'unchanged' then o, why = 'merged', 'folded-into-newer' end
        finish(r, o, why, d.t)
      end
    end
  end
  answer[#answer + 1] = ended
end
return answer
`,
);

/**
 * Looks into a mailbox without taking anything out, so that a crash loses nothing. What belongs to a cancelled run is
 * removed and its rows are ended.
 *
 * ARGV base, contact. Returns {[field, raw, ...], [tag, value, ...], rows ended}.
 */
export const PEEK = defineScript(
  'mailboxPeek',
  1,
  `${SETTLE_ROW}
local base, contact = ARGV[1], ARGV[2]
local key = base .. ':p:' .. contact
local all = redis.call('HGETALL', key)
local fields, tags, cancelled, ended = {}, {}, {}, 0
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 3) == '#r:' then
    local run = string.match(all[i], '^#r:(.-):%d+$')
    if cancelled[run] == nil then cancelled[run] = redis.call('HEXISTS', base .. ':run:' .. run, 'cancelled') == 1 end
  end
end
for i = 1, #all, 2 do
  local name, value = all[i], all[i + 1]
  if string.sub(name, 1, 3) == '#r:' then
    local run, row = string.match(name, '^#r:(.-):(%d+)$')
    if cancelled[run] then
      local file, line = string.match(value, '^(%d+),(%d+),')
      settle_row(base, run, row, 'cancelled', 'run-cancelled', '[' .. row .. ',' .. file .. ',' .. line
        .. ',"cancelled","run-cancelled",' .. contact .. ',[],null,0,0,null,"",""]')
      redis.call('HDEL', key, name)
      ended = ended + 1
    else tags[#tags + 1] = name tags[#tags + 1] = value end
  else
    local run = string.match(value, '^................(.-)|')
    if cancelled[run] then redis.call('HDEL', key, name)
    else fields[#fields + 1] = name fields[#fields + 1] = value end
  end
end
if #fields == 0 and #tags == 0 then redis.call('ZREM', base .. ':dirty', contact) end
return {fields, tags, ended}
`,
);

/**
 * Takes out of a mailbox what was looked at, unless it was replaced meanwhile, and ends the rows that were in it.
 *
 * ARGV base, contact, JSON {f: [[field, raw]], r: [[run, row, outcome, reason, entry]], w: 1 when it was written or may
 * have been, k: calls to be counted}, time to live of what was written (ms). Returns 1 for each row that was new, in order.
 */
export const ACKNOWLEDGE = defineScript(
  'mailboxAcknowledge',
  1,
  `${COUNT}${SETTLE_ROW}${APPLIED}
local base, contact = ARGV[1], ARGV[2]
local key = base .. ':p:' .. contact
local d = cjson.decode(ARGV[3])
count_calls(base, d.k)
local map
if d.w == 1 then map = applied_of(base, contact) end
local names, gone = {}, {}
for i, f in ipairs(d.f) do names[i] = f[1] end
local held = {}
if #names > 0 then held = redis.call('HMGET', key, unpack(names)) end
for i, f in ipairs(d.f) do
  if held[i] == f[2] then gone[#gone + 1] = f[1] end
  if map then
    local version = string.sub(f[2], 1, 16)
    if not map[f[1]] or map[f[1]] < version then map[f[1]] = version end
  end
end
if map and #d.f > 0 then keep_applied(base, contact, map, now_ms(), ARGV[4]) end
local new = {}
for _, r in ipairs(d.r) do gone[#gone + 1] = '#r:' .. r[1] .. ':' .. r[2] end
-- A contact that stands in a file ten thousand times has as many rows, and Lua passes only some thousand arguments.
for i = 1, #gone, 1000 do redis.call('HDEL', key, unpack(gone, i, math.min(i + 999, #gone))) end
for i, r in ipairs(d.r) do
  new[i] = settle_row(base, r[1], r[2], r[3], r[4], r[5])
end
if redis.call('EXISTS', key) == 0 then redis.call('ZREM', base .. ':dirty', contact) end
return new
`,
);

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
 * Cuts the left-overs once nobody can add to them: no source is being read, and for the second look-up (by identifier)
 * no batch of the first is under way. KEYS index list, identifier list; ARGV base, rows a batch. Returns batch ids.
 */
export const FLUSH = defineScript(
  'intakeFlush',
  2,
  `${CUT}
local base = ARGV[1]
local t = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', base .. ':producing', '-inf', math.floor(tonumber(t[1]) * 1000))
if redis.call('ZCARD', base .. ':producing') > 0 then return {} end
if redis.call('LLEN', KEYS[1]) > 0 then return cut(base, KEYS[1], tonumber(ARGV[2]), true) end
if redis.call('ZCARD', base .. ':batches') > 0 then return {} end
return cut(base, KEYS[2], tonumber(ARGV[2]), true)
`,
);
