import { defineScript } from '../../redis/script.ts';

/**
 * Which of some contacts have a row in their mailbox whose run does not hold its writes back: the others have no job on
 * purpose. ARGV base, contacts ... Returns these contacts.
 */
export const UNHELD = defineScript(
  'mailboxUnheld',
  1,
  `
local base = ARGV[1]
local held, due = {}, {}
for _, run in ipairs(redis.call('SMEMBERS', base .. ':held')) do held[run] = true end
for i = 2, #ARGV do
  for _, name in ipairs(redis.call('HKEYS', base .. ':p:' .. ARGV[i])) do
    local run = string.match(name, '^#r:(.-):%d+$')
    if run and not held[run] then
      due[#due + 1] = ARGV[i]
      break
    end
  end
end
return due
`,
);
