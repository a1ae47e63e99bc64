import type { RunFile } from './state.ts';

/** Tells in which file of a run a row stands, as the file's place among them. */
export function fileOfRow(files: readonly RunFile[]): (row: number) => number {
  let end = 0;
  // Of a file that is not read to its end nobody knows yet how many rows it has: all that follow are its own.
  const ends = files.map(({ rows, done }) => {
    end += rows;
    return done === true ? end : Number.POSITIVE_INFINITY;
  });
  return (row) => ends.findIndex((behind) => row < behind);
}
