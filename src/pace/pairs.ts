/**
 * Lua that finds out how many processes a desk has. That shows only when several calls meet there: alone, each is as quick
 * with one process as with ten. So now and then, while nobody else is served and the share is what calls wait for, one more
 * than there are known processes go together. Where none of them takes longer than alone there is one process more. Two
 * findings of six count; a desk that has no more is asked again after a minute, then two, up to ten.
 */
export const PAIRS = `
local function begin_pair(h, now, cores)
  if tonumber(h.pair_left or '0') > 0 or tonumber(h.pair_open or '0') > 0 then
    -- Its others never came.
    if now - tonumber(h.pair_begun or '0') > 3000 then h.pair_left, h.pair_open = 0, 0 end
    return
  end
  if now < tonumber(h.pair_next or '0') or now - tonumber(h.pressed or '0') > 1000 then return end
  h.pair_left, h.pair_open, h.pair_worst, h.pair_begun, h.pair_at = cores + 1, cores + 1, 0, now, 0
end
local function see_pair(h, now, cores, ratio)
  local open = tonumber(h.pair_open or '0') - 1
  if open < 0 then return cores end
  h.pair_open = open
  h.pair_worst = math.max(tonumber(h.pair_worst or '0'), ratio)
  if open > 0 then return cores end
  h.pair_next = now + 1000
  h.pair_n = tonumber(h.pair_n or '0') + 1
  if tonumber(h.pair_worst) < 1.4 then h.pair_flat = tonumber(h.pair_flat or '0') + 1 end
  if tonumber(h.pair_flat or '0') >= 2 then
    h.pair_n, h.pair_flat, h.pair_rest = 0, 0, 0
    return math.min(cores + 1, 64)
  end
  if h.pair_n >= 6 then
    local rest = math.min(math.max(tonumber(h.pair_rest or '0') * 2, 60000), 600000)
    h.pair_n, h.pair_flat, h.pair_rest, h.pair_next = 0, 0, rest, now + rest
  end
  return cores
end
`;
