import type { ColumnPlan, PlannedColumn, PlannedRule } from './planned.ts';
import type { Setting } from './treat.ts';

/** Of a phone number whose extension another field of the same columns takes, nothing is left out, and nothing is told. */
export function quietOfExtension({ rule }: PlannedColumn, { columns }: ColumnPlan, set: Setting): Setting {
  if (rule?.type !== 'phone' || rule.settings.part === 'extension') return set;
  const places = placesOf(rule);
  const isKept = columns.some(({ rule: other }) => {
    if (other?.type !== 'phone' || other.settings.part !== 'extension') return false;
    const theirs = placesOf(other);
    return other.when.length === 0 && places.every((place) => theirs.includes(place));
  });
  if (!isKept) return set;
  return (target, cells, definitions, tell) =>
    set(target, cells, definitions, tell && ((remark) => remark === 'extension-dropped' || tell(remark)));
}

/** Where the texts of a field stand in the row. */
function placesOf({ from }: PlannedRule): readonly number[] {
  switch (from.type) {
    case 'column':
      return [from.index];
    case 'first':
      return from.indexes;
    case 'template':
      return from.columns.map(({ index }) => index);
    case 'value':
      return [];
  }
}
