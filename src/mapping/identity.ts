import type { Target } from './cell.ts';
import { compiledPlan } from './compile.ts';
import type { ColumnPlan } from './planned.ts';

/** What a row says of who it is. */
export interface Identity {
  identifier: string;
  email: string;
}

/**
 * Reads who a row is of, by the same rules as `toChange`; undefined when the file does not have both keys. A row that is
 * left out or lacks one of the two says nothing.
 */
export function identifying(plan: ColumnPlan): ((cells: readonly string[]) => Identity | undefined) | undefined {
  const { fits, settings } = compiledPlan(plan);
  const identifier = settings.find(({ column }) => column.field === 'identifier');
  const email = settings.find(({ column }) => column.field === 'email');
  if (identifier === undefined || email === undefined) return undefined;
  return (cells) => {
    if (fits !== undefined && !fits(cells)) return undefined;
    const target: Target = { keys: {}, patch: {} };
    const fault = identifier.set(target, cells, undefined) ?? email.set(target, cells, undefined);
    const { keys } = target;
    if (fault !== undefined || keys.identifier === undefined || keys.email === undefined) return undefined;
    return { identifier: keys.identifier, email: keys.email };
  };
}
