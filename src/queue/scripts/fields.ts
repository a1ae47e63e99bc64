/**
 * Lua that gives fields a number, once and for good, in the hash `fields`: field -> its number, and "#<number>" -> field.
 * What Redis keeps a contact names fields by number, for names would take most of its memory. A script asks for each
 * number once. Without `make` a field that has none stays without: false.
 */
export const FIELDS = `
local numbers_in, names_in = {}, {}
local function field_number(base, field, make)
  local known = numbers_in[base]
  if not known then known = {} numbers_in[base] = known end
  local number = known[field]
  if not number then
    number = redis.call('HGET', base .. ':fields', field)
    if not number and make then
      number = string.format('%.0f', redis.call('HLEN', base .. ':fields') / 2 + 1)
      redis.call('HSET', base .. ':fields', field, number, '#' .. number, field)
    end
    known[field] = number
  end
  return number
end
local function field_name(base, number)
  local known = names_in[base]
  if not known then known = {} names_in[base] = known end
  if not known[number] then known[number] = redis.call('HGET', base .. ':fields', '#' .. number) end
  return known[number]
end
`;
