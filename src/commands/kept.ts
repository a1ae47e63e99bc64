import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Books } from '../run/drain.ts';

/** Where the report of a run goes unless the run says otherwise. */
export function reportDirOf(config: Config, run: string): string {
  return path.resolve(config.report_dir, run);
}

/** Where the outcomes of a run go, and beside them what an undo needs. */
export function booksOf(config: Config, run: string, reportDir: string): Books {
  return { dir: reportDir, changes: changesFileOf(config, run) };
}

/** The former values of what a run wrote. They are people's data: not in the report, which is passed on. */
export function changesFileOf(config: Config, run: string): string {
  return path.join(config.data_dir, 'undo', `${run}.ndjson`);
}

export function planBooks(config: Config, run: string): Books {
  const dir = spoolDirOf(config, run);
  return { dir, changes: path.join(dir, 'changes.ndjson') };
}

/** Where copies of standard input are kept while their run is not finished. */
export function spoolDirOf(config: Config, run: string): string {
  return path.join(config.data_dir, 'runs', run);
}
