import { isResolved } from '../contact.ts';
import { identifierFilterMs, indexedFilterMs, scanMs } from '../cost.ts';
import { Halt, serverError } from '../reply.ts';
import type { State } from '../state.ts';
import type { ContactStore } from '../store.ts';
import { groupsOf } from './compile.ts';
import { type Leaf, Row, SqlFault } from './row.ts';

/** Ids of the contacts that a filter finds, ascending. Throws Halt with a 500 where Postgres would refuse. */
export function runFilter(leaves: readonly Leaf[], state: State): readonly number[] {
  const scoped = state.behaviour.filterIsScoped;
  if (leaves.length === 0) return state.store.ids(scoped ? 'resolved' : 'all');
  const groups = groupsOf(leaves);
  if (!groups || leaves.some((leaf) => leaf.fails)) throw new Halt(serverError());
  try {
    const found = sought(groups, state.store) ?? scanned(groups, state.store);
    return scoped ? found.filter((id) => isResolved(state.store.get(id)!)) : found;
  } catch (error) {
    if (error instanceof SqlFault) throw new Halt(serverError());
    throw error;
  }
}

/** Desk time of a filter in milliseconds; `rows` are those that the page carries. */
export function filterMs(leaves: readonly Leaf[], rows: number, store: ContactStore): number {
  const groups = groupsOf(leaves) ?? [];
  const sought = groups.map((group) => group.find((leaf) => leaf.seek)?.seek?.field);
  if (sought.some((field) => field === undefined)) return scanMs(store.count);
  const identifiers = sought.filter((field) => field === 'identifier').length;
  if (identifiers > 0) return identifierFilterMs(identifiers, rows, store.count);
  return indexedFilterMs(leaves.length, rows);
}

/** Answers from the indexes when every group has an equality on an indexed column. */
function sought(groups: readonly Leaf[][], store: ContactStore): number[] | undefined {
  const seeks = groups.map((group) => group.find((leaf) => leaf.seek)?.seek);
  if (seeks.some((seek) => seek === undefined)) return undefined;
  const found = new Set<number>();
  for (const [at, seek] of seeks.entries()) {
    for (const contact of store.find(seek!.field, seek!.value)) {
      const row = new Row(contact);
      if (groups[at]!.every((leaf) => leaf.test(row))) found.add(contact.id);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Looks at every row of the account, each leaf on each row: a failed cast anywhere fails the statement. */
function scanned(groups: readonly Leaf[][], store: ContactStore): number[] {
  const found: number[] = [];
  for (const id of store.ids('all')) {
    const row = new Row(store.get(id)!);
    let matches = false;
    for (const group of groups) {
      let all = true;
      for (const leaf of group) if (!leaf.test(row)) all = false;
      if (all) matches = true;
    }
    if (matches) found.push(id);
  }
  return found;
}
