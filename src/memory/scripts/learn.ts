import { FIELDS } from '../../queue/scripts/fields.ts';
import { defineScript } from '../../redis/script.ts';
import { ENTRY } from './entry.ts';

/**
 * Remembers what the desk was seen to hold. For each field the newest sighting stays, in whatever order they come in; the
 * keys are those of the newest sighting.
 *
 * While there is no room only those are learnt of whom something is remembered: what was believed of them may be wrong now.
 * And later nothing is learnt of others that was seen before learning went on: something newer may have been passed over.
 *
 * KEYS the hash of field numbers, from when on others are learnt; ARGV where memory is, how long it lasts (ms), JSON of the field names, and for each
 * contact as bytes: length of its id (1), id, seen at in ms (6), number of keys (1), keys (12 each), number of fields (2),
 * for each the index of its name (2) and its fingerprint (6).
 */
export const LEARN = defineScript(
  'memoryLearn',
  2,
  `${FIELDS}${ENTRY}
local memory, lasts, bytes = ARGV[1], tonumber(ARGV[2]), ARGV[4]
local t = redis.call('TIME')
local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
local floor = now - lasts
local numbers = {}
for i, field in ipairs(cjson.decode(ARGV[3])) do numbers[i] = tonumber(field_number(memory, field, true)) end
local touched = {}
local learn_from = tonumber(redis.call('GET', KEYS[2]) or '0')
-- Whether another contact was seen with this key later than now this one.
local function belongs_to_other(other, proof, at)
  local packed = redis.call('HGET', memory_key(memory, other), other)
  if not packed then return false end
  local seen, proofs = seen_of(packed)
  return seen > at and proves(proofs, proof)
end
local i, size = 1, #bytes
while i <= size do
  local contact, at, keys, n
  contact, at, keys, i = struct.unpack('>Bc0I6B', bytes, i)
  at = math.min(at, now)
  local key = memory_key(memory, contact)
  local seen, proofs, hashes, times = 0, '', {}, {}
  local packed = redis.call('HGET', key, contact)
  if packed then
    local from
    seen, proofs, from = seen_of(packed)
    hashes, times = fields_of(packed, seen, from, floor)
  end
  local passed = not packed and at < learn_from
  local newest = at >= seen and not passed
  if newest then seen, proofs = at, '' end
  for _ = 1, keys do
    local bucket, name, proof
    bucket, name, proof, i = struct.unpack('c4c4c4', bytes, i)
    if newest then
      proofs = proofs .. proof
      local place = memory .. ':k:' .. bucket
      local other = redis.call('HGET', place, name)
      if not other or (other ~= contact and not belongs_to_other(other, proof, at)) then
        redis.call('HSET', place, name, contact)
      end
      touched[place] = true
    end
  end
  n, i = struct.unpack('>I2', bytes, i)
  for _ = 1, n do
    local index, hash
    index, hash, i = struct.unpack('>I2c6', bytes, i)
    local number = numbers[index + 1]
    if at >= floor and (times[number] or 0) <= at then hashes[number], times[number] = hash, at end
  end
  if seen >= floor and not passed then
    redis.call('HSET', key, contact, pack_entry(seen, proofs, hashes, times))
    touched[key] = true
  end
end
for key in pairs(touched) do redis.call('PEXPIRE', key, lasts) end
return 1
`,
);
