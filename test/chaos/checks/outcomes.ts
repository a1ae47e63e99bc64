import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OUTCOMES } from '../../../src/run/outcome.ts';
import type { Summary } from '../../../src/run/summary.ts';
import { outcomesIn } from '../../journeys/rig.ts';
import type { Book } from '../works/work.ts';
import type { World } from '../world.ts';

/** The right to write a report is lost 10 s after its owner was killed; tries, a second apart. */
const TRIES = 15;

/** Outcomes that mean that a row was done, or had to be done no more. */
const GOOD = new Set(['updated', 'merged', 'unchanged', 'stale']);

/** Every row and every event has exactly one outcome; lines, counts and rows say the same; none but the expected ones. */
export async function outcomes(world: World, book: Book): Promise<string[]> {
  const { summary, lines } = await reported(world, book);
  if (summary === undefined) return [`${book.run}: no report`];
  const wrong: string[] = [];
  const expect = (fine: boolean, what: string) => {
    if (!fine) wrong.push(`${book.run}: ${what}`);
  };
  expect(summary.rows === book.rows, `${summary.rows} rows instead of ${book.rows}`);
  expect(lines.length === book.rows, `${lines.length} lines in outcomes.ndjson for ${book.rows} rows`);
  const twice = lines.filter(({ row }, i) => row === lines[i - 1]?.row).map(({ row }) => row);
  expect(twice.length === 0, `rows with two outcomes: ${twice.slice(0, 10).join(' ')}`);
  const beyond = lines.filter(({ row }) => row < 0 || row >= book.rows);
  expect(beyond.length === 0, `${beyond.length} lines of rows that there are not`);
  for (const outcome of OUTCOMES) {
    const counted = summary.outcomes[outcome];
    const listed = lines.filter((line) => line.outcome === outcome);
    expect(counted === listed.length, `${counted} ${outcome} counted, ${listed.length} listed`);
    const wanted = book.exactly[outcome];
    if (wanted !== undefined) expect(counted === wanted, `${counted} ${outcome} instead of ${wanted}`);
    else if (!GOOD.has(outcome) && outcome !== 'invalid' && outcome !== 'not_found') {
      const why = listed.slice(0, 3).map(({ row, reason, attempts }) => `row ${row} ${reason} after ${attempts}`);
      expect(counted === 0, `${counted} ${outcome}: ${why.join(', ')}`);
    }
  }
  return wrong;
}

async function reported({ crew, dir }: World, { run, rows }: Book) {
  let summary: Summary | undefined;
  let lines: ReturnType<typeof outcomesIn> = [];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { stdout } = await crew.finish(['report', run, '--json']);
    summary = stdout === '' ? undefined : (JSON.parse(stdout) as Summary);
    const at = resolve(dir, summary?.report_dir ?? '');
    if (summary !== undefined && existsSync(join(at, 'outcomes.ndjson'))) lines = outcomesIn(at);
    if (lines.length >= rows) break;
    await sleep(1000);
  }
  return { summary, lines };
}
