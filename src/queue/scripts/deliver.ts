import { defineScript } from '../../redis/script.ts';
import { inBooks, SETTLE_ROW } from '../../run/settle.ts';
import { APPLIED } from './applied.ts';

/**
 * Puts changes into mailboxes. A field goes in when it is newer than what is pending and what was written, and differs
 * from what the desk holds; or when something older is pending or was written since the desk was read, for then the desk
 * no longer holds what was read. A field that the desk holds already counts as written with this version: else an older
 * row whose look-up took longer (a retry, a crash) would overwrite it. Of labels, `labels` sets the whole list and
 * `labels.<label>` one of them: a newer list covers older single ones, and an older list leaves newer single ones as they are.
 *
 * An older value that the desk holds all the same, read since anything was written, is no difference: it is unchanged and not stale.
 *
 * ARGV base, JSON [{c: contact, a: read at ms, r: [[run, row, file, line, version, left alone?]], f: [[field, version,
 * former value RS json, differs]],
 * k: how to look the contact up again?, t: tail of the log entry}], time to live of what was written (ms), base of what was written for good: a plan has one of its own. Returns for each {1 when the contact has something
 * pending (a job is needed), else 0; then row, outcome and reason of every row that ended here}.
 */
export const DELIVER = defineScript(
  'mailboxDeliver',
  1,
  `${SETTLE_ROW}${APPLIED}
local base = ARGV[1]
local now = now_ms()
local answer = {}
local ended
-- What was really written orders the rows of a plan, too; what a plan foresees stays with the plan.
local function written_of(contact)
  local map, at = applied_of(base, contact)
  if ARGV[4] ~= base then
    local written, since = applied_of(ARGV[4], contact)
    for field, version in pairs(written) do
      if not map[field] or map[field] < version then map[field] = version end
    end
    at = math.max(at, since)
  end
  return map, at
end
local function newest_label(versions)
  local newest
  for field, version in pairs(versions) do
    if string.sub(field, 1, 7) == 'labels.' and (not newest or version > newest) then newest = version end
  end
  return newest
end
local function finish(r, outcome, reason, tail)
  local entry = '[' .. string.format('%.0f', r[2]) .. ',' .. string.format('%.0f', r[3]) .. ',' .. string.format('%.0f', r[4])
    .. ',"' .. outcome .. '","' .. reason .. '"' .. tail .. ']'
  if settle_row(base, r[1], r[2], outcome, reason, entry) == 1 then
    ended[#ended + 1] = r[2] ended[#ended + 1] = outcome ended[#ended + 1] = reason
  end
end
local cancelled = {}
local function is_cancelled(run)
  if cancelled[run] == nil then cancelled[run] = redis.call('HEXISTS', run, 'cancelled') == 1 end
  return cancelled[run]
end
local function deliver(d)
  local key = base .. ':p:' .. d.c
  local held, tags = redis.call('HGETALL', key), {}
  for i = 1, #held, 2 do
    if string.sub(held[i], 1, 3) == '#r:' then tags[held[i]] = true end
  end
  local rows = {}
  -- A value belongs to the run of the row it came from: rows of several runs may be folded into one change.
  local owner = {}
  ended = { 0 }
  for _, r in ipairs(d.r) do
    local run = base .. ':run:' .. r[1]
    owner[r[5]] = r[1]
    if redis.call('GETBIT', run .. ':done', r[2]) == 0 and not tags['#r:' .. r[1] .. ':' .. string.format('%.0f', r[2])] then
      if is_cancelled(run) then
        owner[r[5]] = nil
        finish(r, 'cancelled', 'run-cancelled', d.t)
      else
        rows[#rows + 1] = r
      end
    end
  end
  if #rows == 0 then
    if #held > 0 then ended[1] = 1 end
  else
    local pending, former, applied, at = {}, {}, written_of(d.c)
    for i = 1, #held, 2 do
      pending[held[i]] = string.sub(held[i + 1], 1, 16)
      -- Once something was sent, the desk may have been read with our own value in it: the former one is older.
      if held[i] == '#s' then former.sent = true end
    end
    if former.sent then
      for i = 1, #held, 2 do former[held[i]] = string.match(held[i + 1], '^................[!=][^|]*|([^\\30]*)') end
    end
    local open, stale = 0, 0
    local confirmed, put = false, {}
    for _, f in ipairs(d.f) do
      local field, version = f[1], f[2]
      local was, waits = applied[field], pending[field]
      local run = owner[version]
      -- What was written or waits of the list, for one of its labels, and the other way round.
      local list_was, list_waits, label_was, label_waits
      if string.sub(field, 1, 7) == 'labels.' then list_was, list_waits = applied.labels, pending.labels
      elseif field == 'labels' then label_was, label_waits = newest_label(applied), newest_label(pending) end
      local reread = (was or list_was or label_was) and at >= d.a
      if not run then
        -- Its run was cancelled.
      elseif (was and was >= version) or (list_was and list_was > version) then
        if f[4] == 1 or reread or waits or list_waits or label_waits then stale = stale + 1 end
      elseif (waits and waits >= version) or (list_waits and list_waits > version) then open = open + 1
      elseif f[4] == 1 or waits or list_waits or label_waits or reread then
        local mark = '!'
        if f[4] ~= 1 and not reread then mark = '=' end
        local value = f[3]
        if former[field] and waits then value = former[field] .. string.sub(value, string.find(value, '\\30', 1, true), -1) end
        if field == 'labels' then
          for label, since in pairs(applied) do
            if string.sub(label, 1, 7) == 'labels.' and since > version and not pending[label] then
              put[#put + 1] = label put[#put + 1] = since .. '!' .. run .. '|?\\30null'
            end
          end
        end
        put[#put + 1] = field put[#put + 1] = version .. mark .. run .. '|' .. value
        pending[field] = version
        open = open + 1
      else
        applied[field] = version
        confirmed = true
      end
    end
    if confirmed then keep_applied(base, d.c, applied, at, ARGV[3]) end
    if open > 0 then
      for _, r in ipairs(rows) do
        put[#put + 1] = '#r:' .. r[1] .. ':' .. string.format('%.0f', r[2])
        put[#put + 1] = string.format('%.0f', r[3]) .. ',' .. string.format('%.0f', r[4]) .. ',' .. r[5] .. (r[6] and (',' .. r[6]) or '')
      end
      if d.k then put[#put + 1] = '#k' put[#put + 1] = d.k end
      -- All rows of a contact that was found only now come at once, and Lua passes only some thousand arguments.
      for i = 1, #put, 1000 do redis.call('HSET', key, unpack(put, i, math.min(i + 999, #put))) end
      redis.call('ZADD', base .. ':dirty', 'NX', now, d.c)
      ended[1] = 1
    else
      local outcome, reason = 'unchanged', ''
      if stale > 0 then outcome, reason = 'stale', 'older-than-written' end
      for i, r in ipairs(rows) do
        local o, why = outcome, reason
        if i < #rows and outcome == 'unchanged' then o, why = 'merged', 'folded-into-newer' end
        finish(r, o, why, d.t)
      end
    end
  end
  answer[#answer + 1] = ended
end
${inBooks(`
for _, d in ipairs(cjson.decode(ARGV[2])) do deliver(d) end
return answer`)}`,
);
