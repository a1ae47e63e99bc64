import type { Turn } from './turn.ts';

/**
 * The contact is gone, often merged into another: its rows are looked up once more by what found it, each with its own
 * values. False when there is nothing to look it up by, or it was done before.
 */
export async function lookUpAgain(turn: Turn): Promise<boolean> {
  const { intake, mailboxes, onGone, enqueue, now } = turn.tools;
  await onGone(turn.contact);
  const { lookup } = turn.seen;
  if (lookup === undefined) return false;
  // Since something was sent, this look also shows what needed no write: the contact that held it is gone.
  const seen = await turn.look();
  if (seen === undefined) return true;
  const kind = lookup.keys.email !== undefined || lookup.keys.phone_number !== undefined ? 'index' : 'identifier';
  const again = seen.rows.map((row) => {
    const own = seen.changes.filter(({ version }) => version === row.version);
    const patch = Object.fromEntries(own.map(({ field, after }) => [field, after]));
    return { ...row, ...lookup, patch, since: now(), again: true };
  });
  const server = await mailboxes.here();
  const batches = await intake.take(kind, again);
  await mailboxes.moved(seen, server);
  await enqueue([], batches);
  return true;
}
