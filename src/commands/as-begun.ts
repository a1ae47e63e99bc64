import type { RunOptions, RunState } from '../run/state.ts';
import { Refusal } from './failure.ts';

/**
 * What a run was begun with that goes on under a mapping that was changed since: the rows that are left have to mean what
 * those before them meant. Undefined when nothing was changed, or when another source is named now.
 *
 * @throws Refusal when what it reads cannot be read once more
 */
export function asBegun(begun: RunState | undefined, options: RunOptions): RunOptions | undefined {
  const mapping = begun?.options.mapping;
  if (begun === undefined || mapping === undefined || mapping.name !== options.mapping?.name) return undefined;
  if (JSON.stringify(mapping) === JSON.stringify(options.mapping)) return undefined;
  if (begun.files.some(({ path }) => path === '-'))
    throw new Refusal(
      `The mapping of ${mapping.name} was changed since ${begun.run} began, and standard input cannot be read twice. Put the mapping back to continue, or give another --run-id.`,
    );
  const said = options.emptyCells === options.mapping?.emptyCells;
  return { ...options, mapping, emptyCells: said ? begun.options.emptyCells : options.emptyCells };
}
