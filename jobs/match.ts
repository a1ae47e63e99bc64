import type { ContactRequests } from '../src/chatwoot/contacts.ts';
import { fold, type MatchedRow } from '../src/match/fold.ts';
import { type Found, type Resolution, resolve } from '../src/match/resolve.ts';
import type { Desk } from '../src/pace/desk.ts';
import type { Intake, WaitingRow } from '../src/queue/intake.ts';
import type { Mailboxes } from '../src/queue/mailbox.ts';
import { type Circumstances, type Ending, type Ledger, NO_CALL } from '../src/run/ledger.ts';
import type { Outcome } from '../src/run/outcome.ts';
import type { Reason } from '../src/run/reason.ts';
import { type Attempt, TryLater } from './failure.ts';
import { Reading } from './reading.ts';

/** Everything the job needs; passed in, so that it runs without a queue. */
export interface MatchTools {
  desk: Desk;
  requests: ContactRequests;
  intake: Intake;
  mailboxes: Mailboxes;
  ledger: Ledger;
  /** Puts jobs in for contacts with something pending and for batches that were cut. */
  enqueue: (contacts: readonly string[], batches: readonly string[]) => Promise<void>;
  isCancelled: (run: string) => Promise<boolean>;
  /** Whether the writes of these runs still wait; whoever lets them go puts the jobs in. */
  holdsWrites: (runs: readonly string[]) => Promise<boolean>;
  attempt: Attempt;
  signal: AbortSignal;
  now: () => number;
}

/**
 * The job `match`: looks a batch of rows up in as few calls as possible, compares, and hands what differs to the
 * mailboxes. Every row of the batch ends here, waits in a mailbox, or goes on to the look-up by identifier. Repeating the
 * job after a crash is harmless: rows that went on are known there.
 */
export async function match(id: string, tools: MatchTools): Promise<void> {
  const batch = await tools.intake.load(id);
  if (batch === undefined) return;
  const rows = await withoutCancelled(batch.rows, tools);
  const read = new Reading(batch, tools);
  let found: Found;
  try {
    found = await read.all(rows);
  } catch (error) {
    if (!(error instanceof TryLater) || !tools.attempt.last) throw error;
    await tools.ledger.settle(rows.map((row) => ending(row, 'failed', error.reason, read.circumstances(row, null))));
    await tools.intake.done(id);
    return;
  }
  const endings: Ending[] = [];
  const leftOver: WaitingRow[] = [];
  const matched = new Map<string, MatchedRow[]>();
  for (const row of rows) {
    const resolution = resolve(row, found, batch.kind);
    if (resolution.type === 'contact') {
      const entry = { row, live: resolution.live, matchedBy: resolution.matchedBy };
      matched.set(resolution.contact, [...(matched.get(resolution.contact) ?? []), entry]);
    } else if (resolution.type === 'left-over') leftOver.push(row);
    else endings.push(ending(row, ...wordsFor(resolution), read.circumstances(row, null)));
  }
  const deliveries = fold(matched).map((change) => ({
    ...change,
    readAt: read.at,
    circumstances: read.circumstances(change.rows.at(-1)!, change.contact),
  }));
  await tools.ledger.settle(endings);
  const batches = await tools.intake.take('identifier', leftOver);
  const contacts = await tools.mailboxes.deliver(deliveries);
  const held = await tools.holdsWrites([...new Set(rows.map(({ run }) => run))]);
  await tools.enqueue(held ? [] : contacts, batches);
  await tools.intake.done(id);
}

function wordsFor(resolution: Exclude<Resolution, { type: 'contact' | 'left-over' }>): [Outcome, Reason] {
  switch (resolution.type) {
    case 'not-found':
      return ['not_found', 'no-such-contact'];
    case 'ambiguous':
      return ['ambiguous', 'several-contacts'];
    case 'refused':
      return ['invalid', 'lookup-refused'];
  }
}

function ending(row: WaitingRow, outcome: Outcome, reason: Reason, circumstances: Circumstances): Ending {
  return { run: row.run, place: row, outcome, reason, circumstances };
}

async function withoutCancelled(rows: readonly WaitingRow[], tools: MatchTools): Promise<WaitingRow[]> {
  const runs = new Map<string, boolean>();
  for (const { run } of rows) if (!runs.has(run)) runs.set(run, await tools.isCancelled(run));
  const cancelled = rows.filter((row) => runs.get(row.run));
  await tools.ledger.settle(cancelled.map((row) => ending(row, 'cancelled', 'run-cancelled', NO_CALL)));
  return rows.filter((row) => !runs.get(row.run));
}
