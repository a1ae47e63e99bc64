import { statSync } from 'node:fs';
import { CONFIG } from '../../config/schema.ts';
import { mappingOf } from '../../src/commands/file-mapping-of.ts';
import type { Definitions } from '../../src/contact/attribute.ts';
import { toChange } from '../../src/mapping/change.ts';
import { planFiles } from '../../src/producer/plan.ts';
import type { PlannedSource } from '../../src/producer/source.ts';
import type { RunOptions } from '../../src/run/state.ts';
import { lookAt } from '../../src/source/decode/look.ts';

/** A file as the source `crm` has it, whose `file` section is given as YAML has it. */
export async function planned(
  file: string,
  section: unknown,
  options: Partial<Pick<RunOptions, 'map' | 'match' | 'emptyCells'>> = {},
): Promise<PlannedSource> {
  const { sources } = CONFIG.parse({ sources: { crm: { file: section } } });
  const mapping = mappingOf('crm', sources.crm!.file!);
  const emptyCells = mapping.emptyCells ?? 'leave';
  const all = { map: {}, match: [], emptyCells, ...options, mapping };
  const { dialect } = await lookAt(file, file);
  const looked = { path: file, file, sha256: 's', size: statSync(file).size, ...(dialect && { dialect }) };
  const [source] = await planFiles([looked], all);
  return source!;
}

/** What each row of the file comes to: its fields with their values, or why it is not sent. */
export async function mapped(
  file: string,
  section: unknown,
  options: Parameters<typeof planned>[2] = {},
  definitions?: Definitions,
): Promise<Record<string, unknown>[]> {
  const source = await planned(file, section, options);
  const found: Record<string, unknown>[] = [];
  for await (const batch of source.read(0)) {
    for (const record of batch) {
      const row =
        'cells' in record
          ? toChange(source.plan!, { row: 0, file: 0, line: record.line }, record.cells, definitions)
          : (record as { line: number; fault: { reason: string; detail?: string } });
      if ('fault' in row) {
        const { reason, detail } = row.fault;
        found.push(
          'skipped' in row ? { skipped: reason } : { invalid: detail === undefined ? reason : `${reason}: ${detail}` },
        );
      } else if ('patch' in row)
        found.push(Object.fromEntries(Object.entries(row.patch).map(([field, json]) => [field, JSON.parse(json)])));
    }
  }
  return found;
}
