/** So many lists of fields get a number; further ones are spelt out, so that no sender can fill Redis with them. */
export const MOST_SHAPES = 4096;

/**
 * Lua that gives lists of fields a number, once and for good, in the hash `shapes`: "<field number>,<field number>..." in
 * their order -> number, and "#<number>" -> list. Nearly all contacts have one of a few lists, so a byte says which; behind
 * FIELDS. A list as bytes: its number (1 byte up to 126, else two from 128 on), or 127, how many (1) and each field (2).
 */
export const SHAPES = `
local codes_in, lists_in = {}, {}
local function shape_code(base, numbers)
  table.sort(numbers)
  local list = table.concat(numbers, ',')
  local known = codes_in[base]
  if not known then known = {} codes_in[base] = known end
  local code = known[list]
  if code then return code end
  local key = base .. ':shapes'
  local number = tonumber(redis.call('HGET', key, list) or nil)
  if not number then
    number = redis.call('HLEN', key) / 2 + 1
    if number <= ${MOST_SHAPES} then
      local text = string.format('%.0f', number)
      redis.call('HSET', key, list, text, '#' .. text, list)
    end
  end
  if number > ${MOST_SHAPES} then
    code = string.char(127, #numbers)
    for _, field in ipairs(numbers) do code = code .. struct.pack('>I2', field) end
  elseif number < 127 then code = string.char(number)
  else code = string.char(128 + number % 128, math.floor(number / 128)) end
  known[list] = code
  return code
end
-- The field numbers of the list that begins at a byte, as texts, and the first byte behind it.
local function shape_at(base, packed, i)
  local head = string.byte(packed, i)
  local fields = {}
  if head == 127 then
    local n = string.byte(packed, i + 1)
    for k = 1, n do fields[k] = string.format('%d', (struct.unpack('>I2', packed, i + 2 * k))) end
    return fields, i + 2 + 2 * n
  end
  local number, behind = head, i + 1
  if head > 127 then number, behind = head - 128 + 128 * string.byte(packed, i + 1), i + 2 end
  local known = lists_in[base]
  if not known then known = {} lists_in[base] = known end
  if not known[number] then
    known[number] = redis.call('HGET', base .. ':shapes', '#' .. string.format('%d', number)) or ''
  end
  for field in string.gmatch(known[number], '%d+') do fields[#fields + 1] = field end
  return fields, behind
end
`;
