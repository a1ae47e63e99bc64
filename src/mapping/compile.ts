import { CLEAR } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import { EMPTY, type Tell } from '../value/normalise.ts';
import { setCell, setterOf } from './cell.ts';
import { quietOfExtension } from './extension.ts';
import { typeNamed } from './load-types.ts';
import { fitting } from './origin.ts';
import type { ColumnPlan, PlannedColumn } from './planned.ts';
import { type Setting, treating } from './treat.ts';

/** A plan made ready: what does not depend on the row is decided once for a file, not once for a row. */
export interface CompiledPlan {
  /** Whether the row is to be read at all; absent when all are. */
  fits?: (cells: readonly string[]) => boolean;
  settings: readonly { column: PlannedColumn; set: Setting }[];
  /** When the row was true, and what says so; absent when nothing does. */
  observed?: { column: Pick<PlannedColumn, 'name' | 'field'>; read: Observed };
}

/** Epoch milliseconds; undefined when the row does not say. */
type Observed = (cells: readonly string[], tell?: Tell) => number | Fault | undefined;

const compiled = new WeakMap<ColumnPlan, CompiledPlan>();

/** The plan, made ready the first time it is asked for. */
export function compiledPlan(plan: ColumnPlan): CompiledPlan {
  let ready = compiled.get(plan);
  if (ready === undefined) {
    ready = compile(plan);
    compiled.set(plan, ready);
  }
  return ready;
}

function compile(plan: ColumnPlan): CompiledPlan {
  const settings = plan.columns.map((column) => ({ column, set: settingOf(column, plan) }));
  const fits = fitting(plan.where);
  const observed = observing(plan);
  return { settings, ...(fits && { fits }), ...(observed && { observed }) };
}

function settingOf(column: PlannedColumn, plan: ColumnPlan): Setting {
  const { index, field, rule } = column;
  const setter = setterOf(field, plan);
  if (rule !== undefined) return quietOfExtension(column, plan, treating(field, rule, setter));
  return (target, cells, definitions) => {
    const cell = cells[index];
    // A record of JSON may lack a value that others have: that is not even an empty one.
    return cell === undefined ? undefined : setCell(setter, target, cell, definitions);
  };
}

function observing({ observedAt }: ColumnPlan): CompiledPlan['observed'] {
  if (observedAt === undefined) return undefined;
  const { index, name, settings } = observedAt;
  const typed = typeNamed('datetime');
  const read: Observed = (cells, tell) => {
    const json = typed(cells[index] ?? '', settings, tell);
    if (json === EMPTY || json === CLEAR) return undefined;
    return typeof json === 'string' ? Date.parse(JSON.parse(json) as string) : json;
  };
  return { column: { name, field: 'observed_at' }, read };
}
