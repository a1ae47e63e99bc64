import path from 'node:path';
import { ownerOf } from '../report/claim.ts';
import type { Books } from '../run/drain.ts';
import type { RunState } from '../run/state.ts';
import type { Engine } from './engine.ts';
import { booksOf, reportDirOf } from './kept.ts';

/**
 * Where the outcomes of a run are written down as far as that can be seen from here; undefined when that is on another
 * machine. A directory is known by the run that has taken it, so one that several machines share is seen from each.
 */
export async function booksHere(engine: Engine, state: RunState): Promise<Books | undefined> {
  const noted = await engine.unwritten.booksOf(state.run);
  const dir = state.reportDir ?? noted?.dir;
  if (dir === undefined || (await ownerOf(dir)) !== state.run) return undefined;
  return { dir, changes: noted?.changes ?? booksOf(engine.config, state.run, dir).changes };
}

/**
 * Where the report of a run goes when somebody asks for it: where it is, else where he says, else where it was begun.
 *
 * @param asked as it was given; undefined when nothing was
 */
export async function booksFor(engine: Engine, state: RunState, asked?: string): Promise<Books> {
  const here = await booksHere(engine, state);
  if (here !== undefined && (state.reportDir !== null || asked === undefined)) return here;
  const dir = path.resolve(state.reportDir ?? asked ?? reportDirOf(engine.config, state.run));
  return { ...booksOf(engine.config, state.run, dir), ...(here === undefined ? {} : { changes: here.changes }) };
}
