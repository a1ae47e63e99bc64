import type { ContactRequests } from '../src/chatwoot/contacts.ts';
import { setsLabels } from '../src/contact/label.ts';
import type { LiveContact } from '../src/contact/live.ts';
import { type Found, resolve } from '../src/match/resolve.ts';
import type { Desk } from '../src/pace/desk.ts';
import type { Batch, Intake, WaitingRow } from '../src/queue/intake.ts';
import type { Mailboxes } from '../src/queue/mailbox.ts';
import { NO_CALL } from '../src/run/entry.ts';
import type { Ledger } from '../src/run/ledger.ts';
import type { RunOptions } from '../src/run/state.ts';
import { type Attempt, TryLater } from './failure.ts';
import { Reading } from './reading.ts';
import { type Compared, ending, Sorting } from './sorting.ts';

/** Everything the job needs; passed in, so that it runs without a queue. */
export interface MatchTools {
  desk: Desk;
  requests: ContactRequests;
  intake: Intake;
  mailboxes: Mailboxes;
  ledger: Ledger;
  /** Puts jobs in for contacts with something pending and for batches that were cut. */
  enqueue: (contacts: readonly string[], batches: readonly string[], urgent: readonly string[]) => Promise<void>;
  isCancelled: (run: string) => Promise<boolean>;
  optionsOf: (run: string) => Promise<RunOptions>;
  /** Told of every contact that was read, before anything is decided about it. */
  onCompared: (compared: readonly Compared[]) => Promise<void>;
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
    await read.labels(labelled(rows, found, batch.kind));
  } catch (error) {
    if (!(error instanceof TryLater) || !tools.attempt.last) throw error;
    await tools.ledger.settle(rows.map((row) => ending(row, 'failed', error.reason, read.circumstances(row, null))));
    await tools.intake.done(id);
    return;
  }
  const sorting = new Sorting(batch.kind, found, read, tools);
  const unread = rows.filter((row) => read.unread.has(row.keys.id!));
  for (const row of rows) if (!unread.includes(row)) await sorting.sort(row);
  await sorting.send();
  if (unread.length === 0) return tools.intake.done(id);
  await again(id, unread, read, tools);
}

/** Rows whose contacts alone could not be read: only they are tried again. */
async function again(id: string, rows: WaitingRow[], read: Reading, tools: MatchTools): Promise<void> {
  const why = (row: WaitingRow) => read.unread.get(row.keys.id!)!;
  if (!tools.attempt.last) {
    await tools.intake.keep(id, rows);
    for (const row of rows) tools.ledger.retried(row.run);
    throw why(rows[0]!);
  }
  await tools.ledger.settle(
    rows.map((row) => ending(row, 'failed', why(row).reason, read.circumstances(row, row.keys.id!))),
  );
  await tools.intake.done(id);
}

/** The contacts whose labels a row adds, removes or sets. */
function labelled(rows: readonly WaitingRow[], found: Found, kind: Batch['kind']): Set<LiveContact> {
  const contacts = new Set<LiveContact>();
  for (const row of rows.filter(({ patch }) => setsLabels(patch))) {
    const resolution = resolve(row, found, kind);
    if (resolution.type === 'contact' && resolution.live !== undefined) contacts.add(resolution.live);
  }
  return contacts;
}

async function withoutCancelled(rows: readonly WaitingRow[], tools: MatchTools): Promise<WaitingRow[]> {
  const runs = new Map<string, boolean>();
  for (const { run } of rows) if (!runs.has(run)) runs.set(run, await tools.isCancelled(run));
  const cancelled = rows.filter((row) => runs.get(row.run));
  await tools.ledger.settle(cancelled.map((row) => ending(row, 'cancelled', 'run-cancelled', NO_CALL)));
  return rows.filter((row) => !runs.get(row.run));
}
