import { defineScript } from '../../redis/script.ts';
import { inBooks, SETTLE_ROW } from '../../run/settle.ts';
import { APPLIED } from './applied.ts';

/**
 * Looks into mailboxes without taking anything out, so that a crash loses nothing. What belongs to a cancelled run is
 * removed and its rows are ended.
 *
 * ARGV base, contacts. Returns for each {[field, raw, ...], [tag, value, ...], 1 when something of it was sent before (or, of a
 * contact that is to be created, of an earlier mailbox), how to look the contact up again or '', milliseconds since it
 * was last written, or -1}.
 */
export const PEEK = defineScript(
  'mailboxPeek',
  1,
  `${SETTLE_ROW}${APPLIED}
local base = ARGV[1]
local cancelled = {}
local function peek(contact)
  local key = base .. ':p:' .. contact
  local all = redis.call('HGETALL', key)
  local fields, tags, sent, lookup = {}, {}, 0, ''
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 3) == '#r:' then
      local run = string.match(all[i], '^#r:(.-):%d+$')
      if cancelled[run] == nil then cancelled[run] = redis.call('HEXISTS', base .. ':run:' .. run, 'cancelled') == 1 end
    end
  end
  for i = 1, #all, 2 do
    local name, value = all[i], all[i + 1]
    if name == '#s' then sent = 1
    elseif name == '#k' then lookup = value
    elseif string.sub(name, 1, 3) == '#r:' then
      local run, row = string.match(name, '^#r:(.-):(%d+)$')
      if cancelled[run] then
        local file, line = string.match(value, '^(%d+),(%d+),')
        settle_row(base, run, row, 'cancelled', 'run-cancelled', '[' .. row .. ',' .. file .. ',' .. line
          .. ',"cancelled","run-cancelled",' .. (tonumber(contact) and contact or 'null') .. ',[],null,0,0,null,"",""]')
        redis.call('HDEL', key, name)
      else tags[#tags + 1] = name tags[#tags + 1] = value end
    else
      local run = string.match(value, '^.................(.-)|')
      if cancelled[run] then redis.call('HDEL', key, name)
      else fields[#fields + 1] = name fields[#fields + 1] = value end
    end
  end
  -- A contact of this key was created before, or may have been: it has to be looked for first.
  if not tonumber(contact) and redis.call('EXISTS', applied_key(base, contact)) == 1 then sent = 1 end
  if #fields == 0 and #tags == 0 then
    redis.call('DEL', key)
    redis.call('ZREM', base .. ':dirty', contact)
  end
  local ago = -1
  if tonumber(contact) then
    local packed = redis.call('HGET', applied_key(base, contact), contact)
    local at = packed and written_at(packed) or 0
    if at > 0 then ago = math.max(0, now_ms() - at) end
  end
  return {fields, tags, sent, lookup, ago}
end
${inBooks(`
local all = {}
for i = 2, #ARGV do all[i - 1] = peek(ARGV[i]) end
return all`)}`,
);
