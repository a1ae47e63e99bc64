import type { Definitions } from '../contact/attribute.ts';
import { toChange } from '../mapping/change.ts';
import type { ColumnPlan } from '../mapping/planned.ts';
import { printable } from '../report/layout.ts';
import { REASONS } from '../run/reason.ts';

/** A row of cells and the line it stands on. */
export interface LookedAtRow {
  line: number;
  cells: string[];
}

/**
 * Rows as they would be sent, field by field, for a person at a terminal and nobody else: the values are people's. A row that
 * would not be sent says why.
 */
export function previewText(plan: ColumnPlan, rows: readonly LookedAtRow[], definitions: Definitions): string {
  const lines = rows.flatMap(({ line, cells }, row) => {
    const change = toChange(plan, { row, file: 0, line }, cells, definitions);
    if ('fault' in change) {
      const { reason, detail = '' } = change.fault;
      return [`line ${line}: not sent, ${reason}: ${REASONS[reason].message} ${printable(detail)}`.trimEnd()];
    }
    const [key = ''] = change.match;
    const by = `line ${line}: found by ${key} ${printable(change.keys[key as keyof typeof change.keys] ?? '')}`;
    const set = Object.entries(change.patch).filter(([field]) => field !== key);
    return [by, ...set.map(([field, json]) => `    ${field}: ${printable(json)}`)];
  });
  return `${lines.join('\n')}\n`;
}
