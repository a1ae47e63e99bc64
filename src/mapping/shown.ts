import type { Target } from './cell.ts';
import { compiledPlan } from './compile.ts';
import type { ColumnPlan, PlannedColumn } from './planned.ts';

/**
 * What a row would set a field to, as text, before anything is held against the account's definitions; undefined when it
 * sets nothing, clears the field, cannot be read, or is left out.
 */
export function showing(plan: ColumnPlan, column: PlannedColumn): (cells: readonly string[]) => string | undefined {
  const { fits, settings } = compiledPlan(plan);
  const { set } = settings.find((one) => one.column === column)!;
  return (cells) => {
    if (fits !== undefined && !fits(cells)) return undefined;
    const target: Target = { keys: {}, patch: {} };
    const fault = set(target, cells, undefined);
    const json = target.patch[column.field];
    if (fault !== undefined || json === undefined || json === 'null') return undefined;
    return json.startsWith('"') ? (JSON.parse(json) as string) : json;
  };
}
