import type { ContactRequests } from '../src/chatwoot/contacts.ts';
import type { Rules } from '../src/chatwoot/version.ts';
import type { LiveContact } from '../src/contact/live.ts';
import type { Patch } from '../src/contact/patch.ts';
import type { Desk } from '../src/pace/desk.ts';
import type { Intake } from '../src/queue/intake.ts';
import type { Mailboxes } from '../src/queue/mailbox.ts';
import { isNewContact } from '../src/queue/new-contact.ts';
import type { Ledger } from '../src/run/ledger.ts';
import type { RunOptions } from '../src/run/state.ts';
import type { UndoRecord } from '../src/undo/vault.ts';
import { Creating } from './creating.ts';
import type { Attempt } from './failure.ts';
import { Writing } from './writing.ts';

/** Everything the job needs; passed in, so that it runs without a queue. */
export interface UpdateTools {
  desk: Desk;
  requests: ContactRequests;
  rules: Rules;
  mailboxes: Mailboxes;
  ledger: Ledger;
  intake: Intake;
  optionsOf: (run: string) => Promise<RunOptions>;
  /** Makes what is to be kept for the undo unreadable for others, as JSON text. */
  seal: (record: UndoRecord) => string;
  /** Puts jobs in for contacts with something pending and for batches that were cut. */
  enqueue: (contacts: readonly string[], batches: readonly string[]) => Promise<void>;
  /** Told what the desk holds after a write, and what was wanted. */
  onWritten: (live: LiveContact, patch: Patch) => Promise<void>;
  /** Told that a contact is not there any more, or that nobody knows what it holds. */
  onGone: (contact: string) => Promise<void>;
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
 * 4. Read the labels, if any are to change, and write the list that they become.
 * 5. Take out exactly what was seen, note its versions, end its rows. What came in meanwhile stays for the next job.
 *
 * A crash between 2 and 5 repeats the PUT with the same or newer values, which does no harm.
 */
export async function update(contact: string, tools: UpdateTools): Promise<void> {
  await (isNewContact(contact) ? new Creating(contact, tools) : new Writing(contact, tools)).run();
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
