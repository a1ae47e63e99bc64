import type { ContactRequests } from '../src/chatwoot/contacts.ts';
import type { Rules } from '../src/chatwoot/version.ts';
import type { Desk } from '../src/pace/desk.ts';
import type { Mailboxes } from '../src/queue/mailbox.ts';
import type { Ledger } from '../src/run/ledger.ts';
import type { Attempt } from './failure.ts';
import { Writing } from './writing.ts';

/** Everything the job needs; passed in, so that it runs without a queue. */
export interface UpdateTools {
  desk: Desk;
  requests: ContactRequests;
  rules: Rules;
  mailboxes: Mailboxes;
  ledger: Ledger;
  attempt: Attempt;
  signal: AbortSignal;
  /** Throws when this worker lost the job: another one may already be writing. */
  fence: () => Promise<void>;
  now: () => number;
}

/**
 * The job `update`: writes what lies in a contact's mailbox. The life of a write:
 *
 * 1. Look into the mailbox (nothing is taken out) and wait for a slot; look again if that took time.
 * 2. Check that the job is still ours, then PUT. A frozen worker that wakes up later fails here.
 * 3. Clear custom attribute keys that are to go; the PUT cannot.
 * 4. Take out exactly what was seen, note its versions, end its rows. What came in meanwhile stays for the next job.
 *
 * A crash between 2 and 4 repeats the PUT with the same or newer values, which does no harm.
 */
export async function update(contact: string, tools: UpdateTools): Promise<void> {
  await new Writing(contact, tools).run();
}

/** Ends what lies in a mailbox without another try: the worker died on it again and again. */
export async function giveUp(contact: string, tools: Pick<UpdateTools, 'mailboxes' | 'attempt'>): Promise<void> {
  const seen = await tools.mailboxes.peek(contact);
  if (seen === undefined) return;
  const circumstances = {
    contact,
    fields: [],
    status: null,
    attempts: tools.attempt.number,
    durationMs: 0,
    deskMs: null,
  };
  await tools.mailboxes.acknowledge(seen, {
    outcome: 'failed',
    reason: 'crashed-repeatedly',
    circumstances: { ...circumstances, requestId: '', detail: '' },
  });
}
