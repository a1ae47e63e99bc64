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
 *   fields       hash: field -> its number, and "#<number>" -> field. Names would take most of the memory of a:*, which
 *                grows with the contacts of a run: 170 bytes a contact with six fields, 50 with their numbers.
 *   dirty        sorted set: contact -> since when it has something pending (ms)
 */
export const APPLIED = `
local function applied_key(base, contact)
  -- A contact that is still to be created has no number, and nothing was ever written to it.
  if not tonumber(contact) then return base .. ':a:' .. contact end
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
