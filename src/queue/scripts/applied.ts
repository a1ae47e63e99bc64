import { FIELDS } from './fields.ts';
import { SHAPES } from './shapes.ts';

/** How long a source may lag behind and still be recognised as older, in milliseconds. */
export const APPLIED_TTL_MS = 24 * 60 * 60 * 1000;

/**
 * The mailbox of a contact in Lua. BullMQ never merges data: an add for a waiting job is dropped, one for an active job
 * keeps only the last. So the patch never rides in the job. It waits here, field by field, and the job only says "look".
 *
 *   p:<contact>  hash: field -> "<version 16><mark><run>|<former value>RS<JSON text>" with the mark "!" when the desk held something
 *                else and "=" when it held this value, which is here only because it replaced an older one that was
 *                pending; "#r:<run>:<row>" -> "<file>,<line>,<version>[,<fields left alone>]"; #k, the keys by which it was found; and "#s" once something of it was sent: from then on what
 *                the desk was seen to hold says nothing any more
 *   v:<bucket>   hash: contact -> 0 and when it was last written (ms, 6 bytes), absent when it was only found so; then groups
 *                of a list of fields (see shapes.ts) and their version as 10 bytes: what was already written or found there, so
 *                that an older value that arrives late cannot win. 64 contacts a hash keep it compact; it lives as long as a
 *                source may lag behind. It grows with the contacts of a run: with names a contact took 170 bytes, with
 *                numbers and versions as text 50, so it takes 22.
 *   fields       hash: field -> its number, see fields.ts
 *   dirty        sorted set: contact -> since when it has something pending (ms)
 */
export const APPLIED = `${FIELDS}${SHAPES}
local DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
local function base36(n, width)
  local text = {}
  for i = width, 1, -1 do
    local digit = n % 36
    text[i] = string.sub(DIGITS, digit + 1, digit + 1)
    n = (n - digit) / 36
  end
  return table.concat(text)
end
-- A version (see version.ts) as its time (6 bytes) and its row (4: Redis has no more bits for the rows of a run).
local function version_parts(version)
  return tonumber(string.sub(version, 1, 9), 36), tonumber(string.sub(version, 10), 36)
end
local function version_at(packed, i)
  local time, row = struct.unpack('>I6I4', packed, i)
  return base36(time, 9) .. base36(row, 7)
end
local function applied_key(base, contact)
  -- A contact that is still to be created has no number, and nothing was ever written to it.
  if not tonumber(contact) then return base .. ':v:' .. contact end
  return base .. ':v:' .. string.format('%d', math.floor(tonumber(contact) / 64))
end
-- When it was last written (ms), 0 when it was not, and the first byte behind that.
local function written_at(packed)
  if string.byte(packed, 1) ~= 0 then return 0, 1 end
  return struct.unpack('>I6', packed, 2), 8
end
local function applied_of(base, contact)
  local map, at = {}, 0
  local packed = redis.call('HGET', applied_key(base, contact), contact)
  if packed then
    local i
    at, i = written_at(packed)
    while i <= #packed do
      local fields
      fields, i = shape_at(base, packed, i)
      local version = version_at(packed, i)
      for _, number in ipairs(fields) do
        local field = field_name(base, number)
        if field then map[field] = version end
      end
      i = i + 10
    end
  end
  return map, at
end
local function packed_applied(base, map, at)
  local groups = {}
  for field, version in pairs(map) do
    local numbers = groups[version] or {}
    numbers[#numbers + 1] = tonumber(field_number(base, field, true))
    groups[version] = numbers
  end
  local parts = {}
  if at > 0 then parts[1] = struct.pack('>BI6', 0, at) end
  for version, numbers in pairs(groups) do
    parts[#parts + 1] = shape_code(base, numbers) .. struct.pack('>I6I4', version_parts(version))
  end
  return table.concat(parts)
end
local renewed = {}
local function keep_applied(base, contact, map, now, ttl)
  local key = applied_key(base, contact)
  redis.call('HSET', key, contact, packed_applied(base, map, now))
  if not renewed[key] then redis.call('PEXPIRE', key, ttl) end
  renewed[key] = true
end
-- The same all through a script.
local now_known
local function now_ms()
  if not now_known then
    local t = redis.call('TIME')
    now_known = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
  end
  return now_known
end
`;
