import { defineScript } from '../../redis/script.ts';

/** Notes in mailboxes that something of them is about to be sent. ARGV base, contacts. */
export const SENDING = defineScript(
  'mailboxSending',
  1,
  `for i = 2, #ARGV do redis.call('HSET', ARGV[1] .. ':p:' .. ARGV[i], '#s', 1) end
return 1
`,
);
