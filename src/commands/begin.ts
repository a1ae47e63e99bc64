import path from 'node:path';
import { type PlannedSource, runFileOf } from '../producer/source.ts';
import type { RunOptions, RunState } from '../run/state.ts';
import { sameDialect } from '../source/decode/dialect.ts';
import { claimForNew } from './claim.ts';
import { refuseElsewhere } from './elsewhere.ts';
import type { Engine } from './engine.ts';
import { Refusal } from './failure.ts';
import { booksOf } from './kept.ts';

interface Beginning {
  run: string;
  command: string;
  options: RunOptions;
  files: readonly PlannedSource[];
  reportDir: string;
}

/**
 * Finds the run that is to be continued, or begins it.
 *
 * @throws Refusal when it was begun with other files, or reads them otherwise
 */
export async function begin(engine: Engine, { run, command, options, files, reportDir }: Beginning): Promise<RunState> {
  const known = await engine.runs.get(run);
  const asked = files.map((file) => ({ ...runFileOf(file), file: path.resolve(file.file) }));
  if (known === undefined) {
    // Reports and former values are kept by the name of the run alone.
    if (!engine.planning) await refuseElsewhere(engine, run);
    if (!engine.planning) await claimForNew(reportDir, run, command, Date.now());
    // What is enqueued is written down by whoever works on it and sees this directory, or where its report is asked for.
    const books = booksOf(engine.config, run, reportDir);
    const state = await engine.runs.create(run, command, options, asked);
    if (command === 'enqueue')
      await engine.unwritten.add({ run, books: { ...books, changes: path.resolve(books.changes) } });
    return state;
  }
  const same =
    known.files.length === asked.length &&
    known.files.every(({ sha256, only }, i) => sha256 === asked[i]!.sha256 && only === asked[i]!.only);
  if (!same) {
    throw new Refusal(
      `The run ${run} was begun with other files, or they have changed since. Give the same files, or another --run-id.`,
    );
  }
  if (known.files.some(({ dialect }, i) => !sameDialect(dialect, asked[i]!.dialect))) {
    throw new Refusal(
      `The run ${run} was begun with another encoding or delimiter. Give the same, or another --run-id.`,
    );
  }
  // An age that is not said again is that of the beginning.
  const before = options.asOf === undefined ? { ...known.options, asOf: undefined } : known.options;
  // An account may get another name.
  const { account: _, ...now } = options;
  if (JSON.stringify({ ...before, account: undefined }) !== JSON.stringify(now)) {
    throw new Refusal(
      `The run ${run} was begun with other options (match, map, empty cells, limit, trust, undo, as-of or guard rails). Give the same, or another --run-id.`,
    );
  }
  return known;
}
