import { attributeOf } from '../contact/field.ts';
import { planColumns } from '../mapping/columns.ts';
import { MappingError } from '../mapping/error.ts';
import { loadTypes } from '../mapping/load-types.ts';
import type { ColumnPlan } from '../mapping/planned.ts';
import type { RunOptions } from '../run/state.ts';
import { isFedBack } from '../source/csv/fed-back.ts';
import { checkHeader } from '../source/csv/header.ts';
import { readHeader, readRecords } from '../source/csv/read.ts';
import type { Dialect } from '../source/decode/dialect.ts';
import { withoutConflicts } from './conflicts.ts';
import type { PlannedSource } from './source.ts';

interface File {
  path: string;
  file: string;
  sha256: string;
  size: number;
  lines?: number;
  dialect?: Dialect;
  notes?: string[];
  bySource?: true;
}

/**
 * Reads the headers of all files before the first job, so that a mapping error stops the whole run.
 *
 * @param propose looks at a header and says which preset would read it, for files of which nothing is said
 * @throws SourceError, or MappingError with the faults of every file
 */
export async function planFiles(
  sources: readonly File[],
  options: Pick<RunOptions, 'map' | 'match' | 'emptyCells' | 'source' | 'mapping'>,
  propose: (header: string[]) => string | undefined = () => undefined,
): Promise<PlannedSource[]> {
  const planned: PlannedSource[] = [];
  const faults: MappingError[] = [];
  const settings = options.mapping === undefined ? [] : await loadTypes(options.mapping);
  if (settings.length > 0) faults.push(new MappingError(settings));
  for (const { lines, ...source } of sources) {
    const read = source.dialect === undefined ? {} : { dialect: source.dialect };
    const header = await readHeader(source.file, read);
    const names = checkHeader(header, source.path);
    const { map, emptyCells, source: events, mapping } = options;
    const columns = { map, emptyCells, ...(events && { source: events }), ...(mapping && { mapping }) };
    try {
      const plan = planColumns(names, options.match.length === 0 ? columns : { ...columns, match: options.match });
      const rows = (from: number) => readRecords(source.file, { header, from, ...read });
      // Rows that come back corrected are as many as there happened to be.
      const measured = lines === undefined || isFedBack(header) ? {} : { lines };
      const proposed = plan.ignored.length > 0 ? propose(names) : undefined;
      planned.push({
        ...source,
        ...(proposed === undefined ? {} : { notes: [...(source.notes ?? []), proposed] }),
        ...measured,
        kind: 'csv',
        setsCustomAttributes: setsCustomAttributes(plan),
        plan,
        read: plan.refusesConflicts === true ? withoutConflicts(plan, rows) : rows,
      });
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      const place = sources.length > 1 ? `${source.path}: ` : '';
      const proposed = propose(names);
      const next = proposed === undefined ? '' : ` The file ${proposed}`;
      faults.push(new MappingError(error.faults.map((fault) => ({ ...fault, message: place + fault.message + next }))));
    }
  }
  if (faults.length > 0) throw new MappingError(faults.flatMap((error) => [...error.faults]));
  return planned;
}

/** Whether the account's definitions matter: only custom attributes have any. */
function setsCustomAttributes(plan: ColumnPlan): boolean {
  return plan.columns.some(({ field }) => attributeOf(field)?.object === 'custom_attributes');
}
