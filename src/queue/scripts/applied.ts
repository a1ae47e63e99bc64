import { FIELDS } from './fields.ts';

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
 *   a:<bucket>   hash: contact -> last written at (ms), then groups "<version 16><field number>,<field number>..." parted
 *                by RS: what was already written or found there, so that an older value that arrives late cannot win. 64
 *                contacts a hash keep it compact; it lives as long as a source may lag behind.
 *   fields       hash: field -> its number, see fields.ts: with names a:*, which grows with the contacts of a run, would
 *                take 170 bytes a contact with six fields; it takes 50 with their numbers.
 *   dirty        sorted set: contact -> since when it has something pending (ms)
 */
export const APPLIED = `${FIELDS}
local function applied_key(base, contact)
  -- A contact that is still to be created has no number, and nothing was ever written to it.
  if not tonumber(contact) then return base .. ':a:' .. contact end
  return base .. ':a:' .. string.format('%d', math.floor(tonumber(contact) / 64))
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
        for number in string.gmatch(string.sub(group, 17), '%d+') do
          local field = field_name(base, number)
          if field then map[field] = version end
        end
      end
    end
  end
  return map, at
end
local function packed_applied(base, map, at)
  local groups = {}
  for field, version in pairs(map) do
    local number = field_number(base, field, true)
    if groups[version] then groups[version] = groups[version] .. ',' .. number else groups[version] = version .. number end
  end
  local parts = { string.format('%.0f', at) }
  for _, group in pairs(groups) do parts[#parts + 1] = group end
  return table.concat(parts, '\\30')
end
local function keep_applied(base, contact, map, now, ttl)
  local key = applied_key(base, contact)
  redis.call('HSET', key, contact, packed_applied(base, map, now))
  redis.call('PEXPIRE', key, ttl)
end
local function now_ms()
  local t = redis.call('TIME')
  return math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000)
end
`;
