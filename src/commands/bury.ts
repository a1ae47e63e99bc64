import { Graves } from '../events/graves.ts';
import type { SourceColumns } from '../mapping/columns.ts';
import type { ProduceTools } from '../producer/produce.ts';
import type { Engine } from './engine.ts';

/** How rows are put aside whose record was deleted since they were true; nothing when no column names the record. */
export function burying(
  { redis, keys }: Engine,
  source: SourceColumns | undefined,
): Pick<ProduceTools, 'bury'> | undefined {
  if (source?.subject === undefined) return undefined;
  const graves = new Graves(redis, keys);
  return {
    bury: async ({ plan }, rows, observedAt) => {
      const subjects = rows.map((row) => ('cells' in row ? (row.cells[plan!.subject!] ?? '').trim() : ''));
      const deleted = await graves.deletedAt(source.name, subjects);
      return rows.map((row, i) =>
        (deleted[i] ?? -1) >= observedAt ? { line: row.line, stale: 'deleted-at-source' as const } : row,
      );
    },
  };
}
