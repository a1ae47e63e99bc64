import { type Identity, identifying } from '../mapping/identity.ts';
import type { ColumnPlan } from '../mapping/planned.ts';
import type { Fault } from '../run/reason.ts';
import { hashOf, Partners } from './partners.ts';
import type { PlannedSource, SourceRow } from './source.ts';

/** Most keys that are held against each other: two tables of 2^21 places, 84 MB. */
export const MOST_IDENTITIES = 1_500_000;

/**
 * The rows of a file, those refused whose e-mail address has another identifier on another line, or whose identifier has
 * another address: to write either of them could be to write to a stranger. The first of two lines is as doubtful as the
 * second, so the file is read through before its first row is given. What is beyond `most` keys is not looked at, which
 * changes nothing for the rows before: the same file always gives the same rows.
 */
export function withoutConflicts(
  plan: ColumnPlan,
  read: PlannedSource['read'],
  most = MOST_IDENTITIES,
): PlannedSource['read'] {
  const identify = identifying(plan);
  if (identify === undefined) return read;
  let known: Promise<Conflicts | undefined> | undefined;
  return async function* reading(from) {
    known ??= conflictsIn(read(0), identify, most);
    const conflicts = await known;
    for await (const batch of read(from)) {
      yield conflicts === undefined ? batch : batch.map((row) => judged(row, identify, conflicts));
    }
  };
}

type Identify = (cells: readonly string[]) => Identity | undefined;

interface Conflicts {
  emails: Partners;
  identifiers: Partners;
}

/** Reads all rows; undefined when none contradicts another. */
async function conflictsIn(
  batches: AsyncIterable<SourceRow[]>,
  identify: Identify,
  most: number,
): Promise<Conflicts | undefined> {
  const emails = new Partners();
  const identifiers = new Partners();
  for await (const batch of batches) {
    for (const row of batch) {
      const identity = 'cells' in row ? identify(row.cells) : undefined;
      if (identity === undefined) continue;
      const email = hashOf(identity.email);
      const identifier = hashOf(identity.identifier);
      emails.add(...email, identifier[1], row.line);
      identifiers.add(...identifier, email[1], row.line);
    }
    if (Math.max(emails.size, identifiers.size) >= most) break;
  }
  return emails.contradictions + identifiers.contradictions === 0 ? undefined : { emails, identifiers };
}

function judged(row: SourceRow, identify: Identify, { emails, identifiers }: Conflicts): SourceRow {
  const identity = 'cells' in row ? identify(row.cells) : undefined;
  if (identity === undefined) return row;
  const email = emails.contradiction(...hashOf(identity.email));
  if (email !== undefined) return { line: row.line, fault: conflict('e-mail address', 'identifiers', email) };
  const identifier = identifiers.contradiction(...hashOf(identity.identifier));
  if (identifier === undefined) return row;
  return { line: row.line, fault: conflict('identifier', 'e-mail addresses', identifier) };
}

function conflict(one: string, others: string, [first, other]: readonly [number, number]): Fault {
  return { reason: 'identity-conflict', detail: `lines ${first} and ${other} have one ${one} and two ${others}` };
}
