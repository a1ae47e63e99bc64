import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OUTCOMES } from '../src/run/outcome.ts';
import { OUTCOMES_FILE } from '../src/run/outcomes-file.ts';
import type { OutcomeRecord } from '../src/run/record.ts';
import { CALL_KINDS, type Summary } from '../src/run/summary.ts';
import { fingerprintOf } from '../src/source/fingerprint.ts';
import type { FinishPeak, FinishTask } from './finish.ts';
import type { Result } from './result.ts';
import { mostlyEqualRows } from './rows.ts';

const PEAK_MB = 250;
/** Rows end nearly in their order: so far may a look-up overtake another. */
const JITTER = 2000;
/** Of so many rows one is refused as soon as it is read, long before the others of its place. */
const INVALID = 10;

/** A run of which every row needs attention: does writing its report stay in bounded memory? */
export async function attention({ rows }: { rows: number }): Promise<Result> {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-bench-'));
  try {
    const file = await mostlyEqualRows(dir, 'rows.csv', rows, 2);
    const outcomes = path.join(dir, OUTCOMES_FILE);
    await pipeline(Readable.from(lines(rows)), createWriteStream(outcomes));
    const { sha256 } = await fingerprintOf(file);
    const task: FinishTask = {
      dir,
      summary: summaryOf(dir, rows, sha256),
      files: [{ path: 'rows.csv', file, sha256, rows, kind: 'csv', done: true }],
      drained: statSync(outcomes).size,
    };
    const child = fork(path.join(import.meta.dirname, 'finish.ts'), [], {
      // As the workers of the program set it (src/commands/engine.ts).
      execArgv: ['--import', 'tsx', '--heap-growing-percent=150'],
    });
    child.send(task);
    const [{ before, peak, seconds }] = (await once(child, 'message')) as [FinishPeak];
    await check(path.join(dir, 'needs-attention.csv'), rows);
    return {
      setting: `The report of a run of ${rows} rows of which every one needs attention, ended out of their order, from an outcomes.ndjson of ${(task.drained / 1e6).toFixed(0)} MB.`,
      tables: [
        {
          title: 'writing the report, in a process of its own',
          head: ['rows', 'seconds', 'MB before', 'MB at its peak'],
          rows: [[rows, seconds.toFixed(1), before.toFixed(0), peak.toFixed(0)]],
        },
      ],
      goals: [
        { goal: `the process stays under ${PEAK_MB} MB`, measured: `${peak.toFixed(0)} MB`, holds: peak < PEAK_MB },
      ],
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The outcomes in the order in which the rows may have ended. */
function* lines(rows: number): Generator<string> {
  const invalid = (row: number) => row % INVALID === 0;
  const ended = (row: number) => (invalid(row) ? row / 2 : row + ((row * 7919) % JITTER));
  const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => ended(a) - ended(b));
  for (const row of order) {
    const record: OutcomeRecord = {
      run: 'run_20260102T030405_a1b2',
      source: 'rows.csv',
      line: row + 2,
      outcome: invalid(row) ? 'invalid' : 'not_found',
      reason: invalid(row) ? 'phone-format' : 'no-such-contact',
      contact_id: null,
      fields: [],
      http_status: invalid(row) ? null : 200,
      attempts: invalid(row) ? 0 : 1,
      duration_ms: 31,
      desk_ms: invalid(row) ? null : 17.2,
      request_id: invalid(row) ? null : `run_20260102T030405_a1b2-${row + 2}-1`,
      row,
      ...(invalid(row) ? { detail: '"Phone" (phone_number): not + and 2 to 15 digits' } : {}),
    };
    yield `${JSON.stringify(record)}\n`;
  }
}

/** Every row once, in the order of the input, with its own cells. */
async function check(file: string, rows: number): Promise<void> {
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const right =
      row === 0 ? line.includes('_line') : line.startsWith(`contact${row}@`) && line.includes(`,${row + 1},`);
    if (!right) throw new Error(`${file}: row ${row} is "${line}"`);
    row++;
  }
  if (row !== rows + 1) throw new Error(`${file} has ${row} lines, not ${rows + 1}`);
}

function summaryOf(dir: string, rows: number, sha256: string): Summary {
  const zeros = <K extends string>(names: readonly K[]) =>
    Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
  const invalid = Math.ceil(rows / INVALID);
  return {
    run: 'run_20260102T030405_a1b2',
    command: 'sync',
    status: 'finished',
    started_at: '2026-01-02T03:04:05.000Z',
    finished_at: '2026-01-02T04:04:05.000Z',
    duration_ms: 3_600_000,
    rows,
    outcomes: { ...zeros(OUTCOMES), invalid, not_found: rows - invalid },
    reasons: { 'phone-format': invalid, 'no-such-contact': rows - invalid },
    calls: { ...zeros(CALL_KINDS), total: 0 },
    retries: 0,
    rate_limited: 0,
    desk: { busy_ms: 0, share: 0, by_call: {} },
    files: [{ path: 'rows.csv', rows, sha256 }],
    report_dir: dir,
  };
}
