import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { build } from 'esbuild';
import type { ReadingDone, ReadingTask } from './reading.ts';
import { median, type Result } from './result.ts';
import { textRows } from './rows.ts';

const ROWS_A_SECOND = 100_000;
const RATIO = 0.5;
const PEAK_MB = 150;

/** As in scripts/build.mjs. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** A file read, cut, mapped and checked as every run does it, beside csv-parse alone on the same file. No Redis, no desk. */
export async function read({ rows, rounds }: { rows: number; rounds: number }): Promise<Result> {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-bench-'));
  try {
    // Built as the program is: the compiler that a checkout runs with would take a third of the memory.
    const reader = path.join(dir, 'reading.mjs');
    const entryPoints = [path.join(import.meta.dirname, 'reading.ts')];
    const banner = { js: REQUIRE };
    await build({ entryPoints, outfile: reader, bundle: true, platform: 'node', format: 'esm', banner });
    const plain = await textRows(dir, 'plain.csv', rows);
    const packed = path.join(dir, 'plain.csv.gz');
    const ansi = path.join(dir, 'windows-1252.csv');
    await pipeline(createReadStream(plain), createGzip({ level: 6 }), createWriteStream(packed));
    await pipeline(createReadStream(plain, 'utf8'), toLatin1(), createWriteStream(ansi));
    const cases: [name: string, task: ReadingTask][] = [
      ['UTF-8', { file: plain, how: 'road' }],
      ['csv-parse alone', { file: plain, how: 'bare' }],
      ['windows-1252', { file: ansi, how: 'road' }],
      ['UTF-8, gzip', { file: packed, how: 'road' }],
    ];
    const taken = new Map<string, ReadingDone[]>(cases.map(([name]) => [name, []]));
    // In turn, so that whatever else the machine does falls on all of them.
    for (let round = 0; round < rounds; round++)
      for (const [name, task] of cases) taken.get(name)!.push(await inProcess(reader, task, rows));
    const speed = (name: string) => median(taken.get(name)!.map(({ seconds }) => rows / seconds));
    const look = (name: string) => median(taken.get(name)!.map(({ lookSeconds }) => lookSeconds));
    const peak = (name: string) => Math.max(...taken.get(name)!.map(({ peakMb }) => peakMb));
    const bare = speed('csv-parse alone');
    const ours = speed('UTF-8');
    const highest = Math.max(...cases.filter(([, { how }]) => how === 'road').map(([name]) => peak(name)));
    return {
      setting: `${rows} rows of five text columns (${(statSync(plain).size / 1e6).toFixed(0)} MB), each file ${rounds} times in turn, each in a process of its own; medians.`,
      tables: [
        {
          title: 'decoded, cut, mapped and checked; beforehand every file is looked at once from end to end',
          head: ['file', 'rows/s', 'of csv-parse alone', 'looking, s', 'MB at its peak'],
          rows: cases.map(([name]) => [
            name,
            Math.round(speed(name)),
            (speed(name) / bare).toFixed(2),
            look(name).toFixed(1),
            peak(name).toFixed(0),
          ]),
        },
      ],
      goals: [
        {
          goal: `${ROWS_A_SECOND} rows/s, and ${RATIO} of csv-parse alone`,
          measured: `${Math.round(ours)} rows/s, ${(ours / bare).toFixed(2)}`,
          holds: ours >= ROWS_A_SECOND && ours >= RATIO * bare,
        },
        {
          goal: `no reading takes more than ${PEAK_MB} MB`,
          measured: `${highest.toFixed(0)} MB`,
          holds: highest <= PEAK_MB,
        },
      ],
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function inProcess(reader: string, task: ReadingTask, rows: number): Promise<ReadingDone> {
  const child = fork(reader, [], {
    // As the program sets it for itself (src/commands/engine.ts).
    execArgv: ['--heap-growing-percent=150'],
  });
  child.send(task);
  const [done] = (await once(child, 'message')) as [ReadingDone];
  if (done.rows !== rows) throw new Error(`${task.file}: ${done.rows} rows instead of ${rows}`);
  return done;
}

function toLatin1(): Transform {
  return new Transform({
    decodeStrings: false,
    transform(chunk: string, _, done) {
      done(null, Buffer.from(chunk, 'latin1'));
    },
  });
}
