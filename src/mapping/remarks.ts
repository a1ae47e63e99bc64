import type { Place } from '../contact/change.ts';
import type { Remark, Tell } from '../value/normalise.ts';
import type { PlannedColumn } from './planned.ts';

type Named = Pick<PlannedColumn, 'name' | 'field'>;

/** Cells of one column that were read with the same remark. Plain data, in which no cell stands. */
export interface CountedRemark {
  column: string;
  field: string;
  remark: Remark;
  cells: number;
  /** The physical line of the first of them. */
  first_line: number;
}

interface Count extends CountedRemark {
  /** Ordinal of the file. */
  file: number;
}

/**
 * Counts what types left out of cells, by column and remark: of rows that can be sent, for of others nothing was taken either. Rows come
 * in their order. One that comes again, because a server that took over lacks it, counts once. Bounded by columns times remarks.
 */
export class Remarks {
  readonly #counts = new Map<Named, Map<Remark, Count>>();
  /** Of the row that is being read. */
  readonly #heard: { column: Named; remark: Remark }[] = [];
  /** The row behind the last one that was counted. */
  #next = 0;
  #column: Named | undefined;
  // One for all cells: most rows have nothing to be told of, and cost nothing.
  readonly #tell: Tell = (remark) => {
    this.#heard.push({ column: this.#column!, remark });
  };

  /** A row is read; what was heard of the one before, if it was not kept, is forgotten. */
  begin(): void {
    if (this.#heard.length > 0) this.#heard.length = 0;
  }

  /** Takes the remarks on the cell that is read next. */
  of(column: Named): Tell {
    this.#column = column;
    return this.#tell;
  }

  /** The row can be sent: what was heard of it counts. */
  keep({ row, file, line }: Place): void {
    if (this.#heard.length === 0 || row < this.#next) return;
    this.#next = row + 1;
    for (const { column, remark } of this.#heard) {
      const counts = this.#counts.get(column) ?? new Map<Remark, Count>();
      this.#counts.set(column, counts);
      const count = counts.get(remark);
      if (count !== undefined) count.cells++;
      else counts.set(remark, { file, column: column.name, field: column.field, remark, cells: 1, first_line: line });
    }
  }

  /** What was counted since it was taken the last time, by the ordinals of the files. */
  take(): Map<number, CountedRemark[]> {
    const taken = new Map<number, CountedRemark[]>();
    for (const counts of this.#counts.values())
      for (const { file, ...counted } of counts.values()) taken.set(file, [...(taken.get(file) ?? []), counted]);
    this.#counts.clear();
    return taken;
  }
}
