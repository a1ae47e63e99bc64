import type { RunStatus } from '../run/summary.ts';
import { type Paint, painter, type Tone } from './colour.ts';
import { alignColumns, bar, clip, displayWidth, printable, wrap } from './layout.ts';
import { count, counted, duration, moment, percent } from './number.ts';
import type { TextOptions } from './text.ts';

/** A run as `status` and `runs` list it. */
export interface RunLine {
  run: string;
  command: string;
  status: RunStatus | 'paused';
  started_at: string;
  /** So far, or in all. */
  duration_ms: number;
  /** Rows read so far. */
  rows: number;
  /** Known once the sources are read to their end. */
  rows_total?: number | undefined;
  settled: number;
  attention: number;
  /** Why nothing moves. */
  waiting?: string | undefined;
  /** Why a guard rail stopped it. */
  stopped?: string | undefined;
  /** Processes that work on it now. */
  workers?: number | undefined;
}

const TONES: Record<RunLine['status'], Tone> = {
  running: 'accent',
  paused: 'warn',
  finished: 'good',
  cancelled: 'warn',
  interrupted: 'warn',
  stopped: 'bad',
};

const BAR = 24;

/** `status`: a few lines for each run, with its progress, what it waits for and who works on it. */
export function statusText(runs: readonly RunLine[], options: TextOptions): string {
  if (runs.length === 0) return 'No run is going on. Earlier ones: contact-sync runs\n';
  const paint = painter(options.colour);
  return `${runs.map((run) => statusBlock(run, options.width, paint).join('\n')).join('\n\n')}\n`;
}

function statusBlock(run: RunLine, width: number, paint: Paint): string[] {
  const total = run.rows_total ?? run.rows;
  const fraction = total > 0 ? run.settled / total : 0;
  const filled = bar(fraction, BAR);
  const reading = run.rows_total === undefined && isOpen(run) ? ', still reading' : '';
  const rows = `${count(run.settled)} of ${count(total)} rows settled${reading}`;
  const attention = run.attention === 0 ? '' : paint('warn', ` · ${attentionText(run.attention)}`);
  const name = `${printable(run.command)} ${printable(run.run)}`;
  const times = `started ${moment(run.started_at)}, ${duration(run.duration_ms)}${isOpen(run) ? ' so far' : ''}`;
  const lines = [
    `${paint('strong', name)}  ${paint(TONES[run.status], run.status)}`,
    `  ${paint('accent', filled)}${paint('faint', '░'.repeat(BAR - displayWidth(filled)))}  ${percent(run.settled, total)}  ${rows}${attention}`,
    `  ${paint('faint', [times, workerText(run)].filter((text) => text !== '').join(' · '))}`,
  ];
  if (run.waiting !== undefined)
    lines.push(`  ${paint('warn', clip(printable(run.waiting), Math.max(20, width - 2)))}`);
  if (run.stopped !== undefined)
    lines.push(...wrap(printable(run.stopped), Math.max(20, width - 2)).map((line) => `  ${paint('bad', line)}`));
  if (isOpen(run) && run.workers === 0) lines.push(`  ${paint('accent', 'Start a worker: contact-sync work')}`);
  if (run.status === 'paused') lines.push(`  ${paint('accent', 'Continue all writing: contact-sync resume')}`);
  return lines;
}

function isOpen(run: RunLine): boolean {
  return run.status === 'running' || run.status === 'paused';
}

function workerText(run: RunLine): string {
  if (run.workers === undefined || !isOpen(run)) return '';
  return run.workers === 0 ? 'no worker is there' : counted(run.workers, 'worker');
}

function attentionText(rows: number): string {
  return `${counted(rows, 'row')} ${rows === 1 ? 'needs' : 'need'} attention`;
}

/** `runs`: the history, one line a run, in the order given. */
export function runsText(runs: readonly RunLine[], options: TextOptions): string {
  if (runs.length === 0) return 'No run yet. Try one: contact-sync demo\n';
  const paint = painter(options.colour);
  const head = ['RUN', 'STARTED (UTC)', 'COMMAND', 'STATUS', 'ROWS', 'ATTENTION', 'DURATION'];
  const cells = runs.map((run) => [
    printable(run.run),
    moment(run.started_at).replace(/:\d\d UTC$/, ''),
    printable(run.command),
    run.status,
    count(run.rows),
    run.attention === 0 ? '–' : count(run.attention),
    duration(run.duration_ms),
  ]);
  const table = alignColumns([head, ...cells], ['left', 'left', 'left', 'left', 'right', 'right', 'right']);
  const lines = table.map((row, index) => {
    const run = runs[index - 1];
    if (run === undefined) return paint('faint', row.join('  '));
    return row.map((cell, column) => paintCell(cell, column, run, paint)).join('  ');
  });
  return `${lines.join('\n')}\n`;
}

function paintCell(cell: string, column: number, run: RunLine, paint: Paint): string {
  if (column === 3) return paint(TONES[run.status], cell);
  if (column === 5) return paint(run.attention === 0 ? 'faint' : 'warn', cell);
  return cell;
}
