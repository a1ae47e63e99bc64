import type { Outcome } from '../../../src/run/outcome.ts';
import { type Export, exportOf } from '../crm.ts';
import type { Model } from '../model.ts';
import type { World } from '../world.ts';

/** What has to stand in the books of one run. */
export interface Book {
  run: string;
  rows: number;
  /** These outcomes exactly so often. */
  exactly: Partial<Record<Outcome, number>>;
}

/** What a work was about, for the checks. */
export interface Done {
  books: Book[];
  /** What the desk has to hold now. */
  model: Model;
}

/** One way to use the program, given to the end whatever happens meanwhile. */
export interface Work {
  name: string;
  run(world: World, random: () => number): Promise<Done>;
}

/** Guard rails stop runs that change nearly everything; here that is meant. */
export const MEANT = ['--allow', 'changed,failed,column,shrunk'] as const;

/** An export in several files, and one that says what must come of all of them. */
export function exportsOf({ round }: World, random: () => number, files: number, share = 1): [string[], Export] {
  const rows = Math.ceil((round.rows * share) / files);
  const parts = Array.from({ length: files }, () => exportOf(rows, round.contacts, random));
  const whole = parts.reduce((before, next) => {
    const wanted = new Map(before.wanted);
    for (const [id, values] of next.wanted) wanted.set(id, { ...wanted.get(id), ...values });
    return {
      csv: '',
      rows: before.rows + next.rows,
      invalid: before.invalid + next.invalid,
      notFound: before.notFound + next.notFound,
      wanted,
    };
  });
  return [parts.map(({ csv }) => csv), whole];
}

/** The books of a run over an export. */
export function bookOf(run: string, { rows, invalid, notFound }: Export): Book {
  return { run, rows, exactly: { invalid, not_found: notFound } };
}

/** The processes that work beside whatever the work itself starts. */
export function hire({ crew }: World, workers: number): void {
  for (let n = 0; n < workers; n++) crew.keep('worker', ['work']);
}
