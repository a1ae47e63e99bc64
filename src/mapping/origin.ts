import { CLEAR_TOKEN } from './cell.ts';
import type { PlannedCondition, PlannedOrigin } from './planned.ts';
import { folded } from './rules.ts';
import { joinTemplate } from './template.ts';

/**
 * Gives the text of a field from the cells of a row; '' when they are empty. Undefined when the row has none of them: a record of
 * JSON may lack a value that others have, and that is not even an empty one.
 */
export type Reader = (cells: readonly string[]) => string | undefined;

const NONE: ReadonlySet<string> = new Set();

/**
 * How the text of a field is read. Cells that say `#N/A` count as empty wherever several are looked at, and so do those that
 * hold one of the words that stand for an empty cell (`folded`).
 */
export function readerOf(from: PlannedOrigin, stands: ReadonlySet<string> = NONE): Reader {
  switch (from.type) {
    case 'column': {
      const { index } = from;
      return (cells) => cells[index];
    }
    case 'value': {
      const { text } = from;
      return () => text;
    }
    case 'first': {
      const { indexes } = from;
      return (cells) => {
        let rest: string | undefined;
        for (const index of indexes) {
          const cell = cells[index];
          if (cell === undefined) continue;
          const trimmed = cell.trim();
          if (trimmed === CLEAR_TOKEN) rest = cell;
          else if (trimmed !== '' && !stands.has(folded(trimmed))) return cell;
          else rest ??= '';
        }
        return rest;
      };
    }
    case 'template': {
      const { parts, columns } = from;
      return (cells) => {
        if (columns.length > 0 && columns.every(({ index }) => cells[index] === undefined)) return undefined;
        return joinTemplate(parts, (column) => {
          const { index, fallback } = columns[column]!;
          const trimmed = (cells[index] ?? '').trim();
          return trimmed === '' || trimmed === CLEAR_TOKEN || stands.has(folded(trimmed)) ? fallback : trimmed;
        });
      };
    }
  }
}

/** Whether a row fits all of the conditions, where a value that is not there is an empty one; undefined when there are none. */
export function fitting(
  conditions: readonly PlannedCondition[] | undefined,
): ((cells: readonly string[]) => boolean) | undefined {
  if (conditions === undefined || conditions.length === 0) return undefined;
  const tests = conditions.map(({ index, values, not }) => ({ index, not, values: new Set(values) }));
  return (cells) => tests.every(({ index, not, values }) => values.has(folded(cells[index] ?? '')) !== not);
}
