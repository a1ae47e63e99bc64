import path from 'node:path';
import type { PlannedSource } from '../producer/source.ts';
import type { RunFile, RunState } from '../run/state.ts';
import { isAddress } from '../source/address.ts';
import { type Dialect, PLAIN, sameDialect, type Wanted } from '../source/decode/dialect.ts';

/** How files were read before, in their order. */
export type Dialects = readonly (Dialect | undefined)[];

/**
 * How the files of a run were read when it began, for one that goes on under an encoding or a delimiter that was configured since:
 * its other rows have to be the same records. Undefined when they are read so anyway, and where that is not to be: the files were
 * changed, cannot be opened twice, or a flag asks for something else, all of which is refused where the run is begun.
 *
 * @param now the files as they are read now; undefined when they could not be
 * @param flagged what flags say of it
 */
export function dialectsAsBegun(
  begun: Pick<RunState, 'files'> | undefined,
  now: readonly Pick<PlannedSource, 'sha256' | 'dialect'>[] | undefined,
  flagged: { [Part in keyof Wanted]?: string | undefined },
): Dialects | undefined {
  if (begun === undefined || begun.files.some(isPiped)) return undefined;
  const { files } = begun;
  if (now !== undefined) {
    const same = now.length === files.length && files.every(({ sha256 }, i) => sha256 === now[i]!.sha256);
    if (!same || files.every(({ dialect }, i) => sameDialect(dialect, now[i]!.dialect))) return undefined;
  }
  const { encoding, delimiter } = flagged;
  const asked = files.every(({ dialect = PLAIN }) => {
    return (
      (encoding ?? dialect.encoding) === dialect.encoding && (delimiter ?? dialect.delimiter) === dialect.delimiter
    );
  });
  return asked ? files.map(({ dialect }) => dialect) : undefined;
}

/** What came through a pipe comes once. */
function isPiped({ path: given, file }: RunFile): boolean {
  return !isAddress(given) && path.resolve(given) !== file;
}
