import { attributeOf } from '../contact/field.ts';
import { type ColumnPlan, planColumns } from '../mapping/columns.ts';
import { MappingError } from '../mapping/error.ts';
import type { RunOptions } from '../run/state.ts';
import { checkHeader } from '../source/csv/header.ts';
import { readHeader } from '../source/csv/read.ts';

/** A file whose header was read and understood. */
export interface PlannedFile {
  /** As the operator gave it. */
  path: string;
  /** Where to read it. */
  file: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** Cells of the first record, as they stand in the file. */
  header: string[];
  plan: ColumnPlan;
}

interface Source {
  path: string;
  file: string;
  sha256: string;
  size: number;
}

/**
 * Reads the headers of all files before the first job, so that a mapping error stops the whole run.
 *
 * @throws SourceError, or MappingError with the faults of every file
 */
export async function planFiles(sources: readonly Source[], options: RunOptions): Promise<PlannedFile[]> {
  const planned: PlannedFile[] = [];
  const faults: MappingError[] = [];
  for (const source of sources) {
    const header = await readHeader(source.file);
    const names = checkHeader(header, source.path);
    const columns = { map: options.map, emptyCells: options.emptyCells };
    try {
      const plan = planColumns(names, options.match.length === 0 ? columns : { ...columns, match: options.match });
      planned.push({ ...source, header, plan });
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      const place = sources.length > 1 ? `${source.path}: ` : '';
      faults.push(new MappingError(error.faults.map((fault) => ({ ...fault, message: place + fault.message }))));
    }
  }
  if (faults.length > 0) throw new MappingError(faults.flatMap((error) => [...error.faults]));
  return planned;
}

/** Whether the account's definitions matter: only custom attributes have any. */
export function setsCustomAttributes(files: readonly PlannedFile[]): boolean {
  return files.some(({ plan }) => plan.columns.some(({ field }) => attributeOf(field)?.object === 'custom_attributes'));
}
