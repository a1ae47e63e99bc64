/**
 * The events of one contact as a chain, in Lua: Chatwoot tells with each change what `updated_at` was before it and is
 * after it, so that each event's `before` is the `after` of the one before (observed on 4.10 and 4.15). It delivers once
 * and never tries again: only the chain shows that an event was lost.
 *
 *   h:<bucket>  hash, 64 contacts each: contact -> `after` of its newest event (ms); 0 since it was created, when no
 *               change is known yet. It lives as long as what is remembered.
 *
 * `chain_link` says what an event is: 'next', 'again' (a repetition), 'late' (older than the newest) or 'broken' (one
 * before it was lost). Times are 0 when nobody says them.
 */
export const CHAIN = `
local function head_key(memory, contact)
  return memory .. ':h:' .. string.format('%d', math.floor(tonumber(contact) / 64))
end
local function chain_link(memory, contact, created, before, after)
  local head = tonumber(redis.call('HGET', head_key(memory, contact), contact) or nil)
  if not head then return 'next' end
  if created then
    if head == 0 then return 'again' end
    return 'late'
  end
  if after == 0 or head == 0 then return 'next' end
  if after == head then return 'again' end
  -- Whoever follows the newest is the next one, also when the clock of another of the desk's machines lags behind.
  if before == head then return 'next' end
  if after < head then return 'late' end
  if before == 0 then return 'next' end
  return 'broken'
end
local function chain_go_on(memory, contact, created, after, lasts)
  local key = head_key(memory, contact)
  if created then redis.call('HSETNX', key, contact, '0')
  elseif after > 0 then redis.call('HSET', key, contact, string.format('%d', after)) end
  redis.call('PEXPIRE', key, lasts)
end
`;
