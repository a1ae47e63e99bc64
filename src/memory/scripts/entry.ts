/**
 * What is remembered of the contacts, in Lua.
 *
 *   k:<bucket>  hash: four bytes of a match key -> contact. 65,536 buckets: with 100,000 contacts of two keys a bucket has
 *               3 entries and its own cost is 45 bytes an entry, with 10,000,000 it has 300, still below the 512 up to which Redis
 *               keeps a hash compact (hash-max-listpack-entries). Fewer buckets would cost the large accounts more than
 *               they save the small ones.
 *   m:<bucket>  hash, 64 contacts each: contact -> seen at (ms, 6 bytes), number of keys (1), a proof of each (4), fields
 *               seen then; after that, for fields seen at other times, groups of time (6) and fields. Fields: how many (1), and for
 *               each its number (1 byte below 128, else 2) and fingerprint (6). Two keys and six fields are 58 bytes, for
 *               Redis keeps a hash compact only while no value is longer than 64 (hash-max-listpack-value).
 *
 * An entry of k: is believed only while the contact proves that it has that key. So nothing needs to be taken out of k:
 * when a key changes or a contact is forgotten, and whoever takes the key overwrites it.
 */
export const ENTRY = `
local function memory_key(memory, contact)
  return memory .. ':m:' .. string.format('%d', math.floor(tonumber(contact) / 64))
end
local function proves(proofs, proof)
  for i = 1, #proofs, 4 do
    if string.sub(proofs, i, i + 3) == proof then return true end
  end
  return false
end
-- When it was seen (ms) and the proofs of its keys.
local function seen_of(packed)
  local seen, keys, i = struct.unpack('>I6B', packed)
  return seen, string.sub(packed, i, i + keys * 4 - 1), i + keys * 4
end
-- Fingerprints and times by field number, as far as they are not older than the floor (ms).
local function fields_of(packed, at, i, floor)
  local hashes, times = {}, {}
  local size = #packed
  while i <= size do
    local n = string.byte(packed, i)
    i = i + 1
    for _ = 1, n do
      local number = string.byte(packed, i)
      if number >= 128 then
        i = i + 1
        number = number - 128 + 128 * string.byte(packed, i)
      end
      if at >= floor then
        hashes[number] = string.sub(packed, i + 1, i + 6)
        times[number] = at
      end
      i = i + 7
    end
    if i <= size then at, i = struct.unpack('>I6', packed, i) end
  end
  return hashes, times
end
local function pack_entry(seen, proofs, hashes, times)
  local groups = { [seen] = {} }
  for number, at in pairs(times) do
    local head
    if number < 128 then head = string.char(number)
    else head = string.char(128 + number % 128, math.floor(number / 128)) end
    groups[at] = groups[at] or {}
    table.insert(groups[at], head .. hashes[number])
  end
  local parts = { struct.pack('>I6B', seen, #proofs / 4), proofs }
  local function add(list, from)
    local to = math.min(from + 254, #list)
    parts[#parts + 1] = string.char(to - from + 1) .. table.concat(list, '', from, to)
    return to + 1
  end
  local rest = add(groups[seen], 1)
  for at, list in pairs(groups) do
    local from = 1
    if at == seen then from = rest end
    while from <= #list do
      parts[#parts + 1] = struct.pack('>I6', at)
      from = add(list, from)
    end
  end
  return table.concat(parts)
end
`;
