import { APPLIED } from '../../queue/scripts/applied.ts';
import { defineScript } from '../../redis/script.ts';
import { SETTLE_ALIKE } from '../../run/settle.ts';
import { ENTRY } from './entry.ts';

/**
 * Compares rows with what is remembered, and ends those as `unchanged` of which every field is held by the desk. Such a row
 * counts as written with its version, as one that was looked up does (deliver.ts): else an older row that comes
 * later would win. What waits in the contact's mailbox is left to the mailbox.
 *
 * KEYS the hash of runs; ARGV base, where memory is, how long it lasts (ms), time to live of what was written (ms), 1 when
 * outcomes are kept for a report, the end of their entries, JSON of the runs, JSON of lists of field names, and for
 * each row as bytes: index of its run (2) and of its list (2), version (16), trusted since in ms (6), length of the row's
 * number (1) and the number as text, for Lua takes long to write one; in the same way file and line, parted by a comma;
 * length of the contact's id (1) and the id, or 0 and a key (12); and a fingerprint for each field of the list (6).
 *
 * Returns for each row `u` unknown; `e` ended before; `s<contact>` settled now; or `k<contact>:` known and a digit for each
 * field, 1 when the desk holds that value.
 */
export const RECALL = defineScript(
  'memoryRecall',
  1,
  `${SETTLE_ALIKE}${APPLIED}${ENTRY}
local base, memory, lasts, ttl, logged, tail = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1', ARGV[6]
local bytes = ARGV[9]
local now = now_ms()
local shapes = cjson.decode(ARGV[8])
for _, shape in ipairs(shapes) do
  shape.numbers = {}
  for k, field in ipairs(shape) do shape.numbers[k] = tonumber(field_number(memory, field) or nil) or 0 end
end
local runs = {}
for i, run in ipairs(cjson.decode(ARGV[7])) do
  local key = base .. ':run:' .. run
  runs[i] = { name = run, done = key .. ':done', cancelled = redis.call('HEXISTS', key, 'cancelled') == 1, n = 0, entries = {} }
end
local any_pending = redis.call('EXISTS', base .. ':dirty') == 1
local NONE = string.rep('\\0', 6)

-- The text to note, '' for nothing: what was written with a newer version stays so, though the desk holds this value too. Almost
-- always the contact has one group, of these very fields; the rest takes the long way.
local function versions_noted(contact, key, shape, version)
  local packed = redis.call('HGET', key, contact)
  if #shape == 0 then return '' end
  if not shape.code then
    local numbers = {}
    for k, field in ipairs(shape) do numbers[k] = tonumber(field_number(base, field, true)) end
    shape.code = shape_code(base, numbers)
  end
  local code = shape.code
  local time, row = version_parts(version)
  if not packed then return code .. struct.pack('>I6I4', time, row) end
  local _, from = written_at(packed)
  local behind = from + #code
  if #packed == behind + 9 and string.sub(packed, from, behind - 1) == code then
    local known, place = struct.unpack('>I6I4', packed, behind)
    if known > time or (known == time and place >= row) then return '' end
    return string.sub(packed, 1, behind - 1) .. struct.pack('>I6I4', time, row)
  end
  local applied, at = applied_of(base, contact)
  for _, field in ipairs(shape) do
    if not applied[field] or applied[field] < version then applied[field] = version end
  end
  return packed_applied(base, applied, at)
end
-- Whether the row ended here: 1 now, 0 before, nil when it did not.
local function settle(run, row, contact, shape, version)
  if any_pending and redis.call('EXISTS', base .. ':p:' .. contact) == 1 then return nil end
  local key = applied_key(base, contact)
  local noted = versions_noted(contact, key, shape, version)
  if redis.call('SETBIT', run.done, row, 1) == 1 then return 0 end
  if noted ~= '' then
    redis.call('HSET', key, contact, noted)
    -- Renewed when an hour of it is gone: most rows of a run share their key with others.
    if redis.call('PTTL', key) < ttl - 3600000 then redis.call('PEXPIRE', key, ttl) end
  end
  run.n = run.n + 1
  return 1
end
local answer = {}
local i, size = 1, #bytes
while i <= size do
  local r, s, version, since, row, place, length, contact, name, proof
  r, s, version, since, row, place, length, i = struct.unpack('>I2I2c16I6Bc0Bc0B', bytes, i)
  local run, shape, floor = runs[r + 1], shapes[s + 1], math.max(since, now - lasts)
  if length > 0 then
    contact = string.sub(bytes, i, i + length - 1)
    i = i + length
  else
    local bucket
    bucket, name, proof, i = struct.unpack('c4c4c4', bytes, i)
    contact = redis.call('HGET', memory .. ':k:' .. bucket, name)
  end
  local said = 'u'
  local packed = contact and not run.cancelled and redis.call('HGET', memory_key(memory, contact), contact)
  if packed then
    local seen, proofs, from = seen_of(packed)
    if not proof or (seen >= floor and proves(proofs, proof)) then
      local hashes = fields_of(packed, seen, from, floor)
      local same, all = {}, true
      for k, number in ipairs(shape.numbers) do
        local hash = string.sub(bytes, i + k * 6 - 6, i + k * 6 - 1)
        if hashes[number] == hash and hash ~= NONE then same[k] = '1' else same[k], all = '0', false end
      end
      local ended = all and settle(run, row, contact, shape, version)
      if ended == 1 then
        said = 's' .. contact
        if logged then
          run.entries[run.n] = '[' .. row .. ',' .. place .. ',"unchanged","",' .. contact .. tail .. ']'
        end
      elseif ended == 0 then said = 'e'
      else said = 'k' .. contact .. ':' .. table.concat(same) end
    end
  end
  if said ~= 'e' and string.sub(said, 1, 1) ~= 's' and redis.call('GETBIT', run.done, row) == 1 then said = 'e' end
  i = i + #shape * 6
  answer[#answer + 1] = said
end
for _, run in ipairs(runs) do
  if run.n > 0 then settle_alike(base, run.name, 'unchanged', run.n, run.entries) end
end
write_books()
return answer
`,
);
