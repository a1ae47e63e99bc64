/**
 * Takes out of memory, in Lua, what a contact is no longer sure to hold; behind ENTRY and FIELDS. It only ever takes away:
 * what tells of a change may be older than what was written since, or be followed by something that never arrives, and a
 * wrong belief costs a value where a missing one costs a look-up. What is taken away is unknown from `now` on, so
 * that a look at the contact which began before cannot bring it back.
 *
 * `shown`: f, field -> list of fingerprints (hexadecimal) of which it holds one; d, beginning of a name -> the same for
 * every other field that begins so; p, proofs (hexadecimal) of all keys it has, or nil when they are not shown; m, fields
 * that have changed, of which the ones that are not shown are not known any more.
 */
export const DOUBT = `
local UNKNOWN = string.rep('\\0', 6)
local function hex_of(bytes)
  return (string.gsub(bytes, '.', function(c) return string.format('%02x', string.byte(c)) end))
end
local function among(list, text)
  for _, one in ipairs(list) do
    if one == text then return true end
  end
  return false
end
local function shown_of(shown, field)
  if shown.f[field] then return shown.f[field] end
  for start, list in pairs(shown.d) do
    if string.sub(field, 1, #start) == start then return list end
  end
  return nil
end
local function entry_of(memory, contact, now, lasts)
  local packed = redis.call('HGET', memory_key(memory, contact), contact)
  if not packed then return { seen = 0, proofs = '', hashes = {}, times = {} } end
  local seen, proofs, from = seen_of(packed)
  local hashes, times = fields_of(packed, seen, from, now - lasts)
  return { seen = seen, proofs = proofs, hashes = hashes, times = times }
end
local function keep_entry(memory, contact, entry, lasts)
  local key = memory_key(memory, contact)
  redis.call('HSET', key, contact, pack_entry(entry.seen, entry.proofs, entry.hashes, entry.times))
  redis.call('PEXPIRE', key, lasts)
end
-- All that is believed of a contact.
local function doubt_all(memory, contact, now, lasts)
  local entry = entry_of(memory, contact, now, lasts)
  entry.seen, entry.proofs = now, ''
  for number in pairs(entry.hashes) do entry.hashes[number], entry.times[number] = UNKNOWN, now end
  keep_entry(memory, contact, entry, lasts)
end
-- What is believed of a contact and is not as shown. True when something was, false when all is as shown, nil when nothing
-- was believed.
local function doubt(memory, contact, shown, now, lasts)
  local entry = entry_of(memory, contact, now, lasts)
  local hashes, times = entry.hashes, entry.times
  local changed = {}
  for _, field in ipairs(shown.m) do changed[field] = true end
  local believed, contradicted, kept = #entry.proofs > 0, false, false
  for number, hash in pairs(hashes) do
    if hash ~= UNKNOWN then
      believed = true
      local field = field_name(memory, number)
      local list = shown_of(shown, field)
      if (list and not among(list, hex_of(hash))) or (not list and changed[field]) then
        hashes[number], times[number], contradicted = UNKNOWN, now, true
      end
    end
  end
  local keys_changed = false
  for field in pairs(changed) do
    if field == 'email' or field == 'phone_number' or field == 'identifier' then keys_changed = true end
    local number = tonumber(field_number(memory, field) or nil)
    if number and not hashes[number] then hashes[number], times[number], kept = UNKNOWN, now, true end
  end
  local gone = keys_changed and #entry.proofs == 0
  for i = 1, #entry.proofs, 4 do
    if shown.p and not among(shown.p, hex_of(string.sub(entry.proofs, i, i + 3))) then gone, contradicted = true, true end
  end
  if gone then entry.seen, entry.proofs, kept = now, '', true end
  if contradicted or kept then keep_entry(memory, contact, entry, lasts) end
  if not believed then return nil end
  return contradicted
end
`;
