import { CALL_KINDS, type RunStatus, type Summary } from '../run/summary.ts';
import { books, occurred } from './books.ts';
import { compareWithPuts } from './call-cost.ts';
import { type Paint, painter, type Tone } from './colour.ts';
import { fileList } from './file-list.ts';
import { LABEL, labelled } from './labelled.ts';
import { displayWidth, printable } from './layout.ts';
import { nextStep } from './next-step.ts';
import { count, counted, decimal, duration, percent, times } from './number.ts';
import { outcomeTable } from './outcome-table.ts';
import { reasonList } from './reason-list.ts';

/** Terminal columns, and whether colours are wanted (the caller looks at NO_COLOR and at the stream). */
export interface TextOptions {
  width: number;
  colour: boolean;
}

/** The end of a run on one screen; its last line is what to do next. Ends with a newline. */
export function summaryText(summary: Summary, options: TextOptions): string {
  const width = Math.max(40, options.width);
  const paint = painter(options.colour);
  const lines = [
    ...title(summary, width, paint),
    '',
    ...outcomeTable(summary, width, paint),
    ...labelled('Stopped', printable(summary.stopped_why ?? ''), width, paint, 'bad'),
    '',
    ...labelled('Books', booksLine(summary), width, paint, books(summary).balance ? undefined : 'bad'),
    ...labelled('Calls', callsLine(summary), width, paint),
    ...labelled('', comparisonLine(summary), width, paint, 'faint'),
    ...labelled('Desk', deskLine(summary), width, paint),
    ...fileList(summary.files, width, paint),
    ...labelled('Report', printable(summary.report_dir), width, paint),
    ...reasonList(summary.reasons, width, paint),
    '',
    ...next(summary, width, paint),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const STATUS_TONE: Record<RunStatus, Tone> = {
  running: 'accent',
  finished: 'good',
  cancelled: 'warn',
  interrupted: 'warn',
  stopped: 'bad',
};

function title(summary: Summary, width: number, paint: Paint): string[] {
  const name = `${printable(summary.command)} ${printable(summary.run)}`;
  const speed = summary.duration_ms > 0 ? ` · ${decimal(summary.rows / (summary.duration_ms / 1000))} rows/s` : '';
  const pace = `${counted(summary.rows, 'row')} in ${duration(summary.duration_ms)}${speed}`;
  const head = `${paint('strong', name)}  ${paint(STATUS_TONE[summary.status], summary.status)}`;
  const used = displayWidth(name) + 2 + summary.status.length;
  const gap = width - used - displayWidth(pace);
  return gap >= 2 ? [`${head}${' '.repeat(gap)}${pace}`] : [head, pace];
}

/** `1,000 rows read = 980 updated + 20 unchanged: the books balance`, or what is missing. */
export function booksLine(summary: Pick<Summary, 'rows' | 'outcomes' | 'status'>): string {
  const sum = occurred(summary.outcomes).map(({ outcome, rows }) => `${count(rows)} ${outcome}`);
  const read = `${counted(summary.rows, 'row')} read`;
  const { open, balance } = books(summary);
  if (balance) return `${read} = ${sum.join(' + ') || '0'}: the books balance`;
  const so = `${read}, ${sum.join(' + ') || 'nothing settled'}: `;
  if (open < 0) return `${so}${counted(-open, 'outcome')} too many, THE BOOKS DO NOT BALANCE`;
  if (summary.status !== 'finished') return `${so}${counted(open, 'row')} without an outcome so far`;
  return `${so}${counted(open, 'row')} without an outcome, THE BOOKS DO NOT BALANCE`;
}

function callsLine(summary: Summary): string {
  const { calls } = summary;
  if (calls.total === 0) return 'none: Chatwoot was not asked at all';
  if (calls.total === calls.other && summary.rows > 0)
    return `none beside the ${count(calls.other)} of the preflight: everything was remembered`;
  const kinds = CALL_KINDS.filter((kind) => calls[kind] > 0).map((kind) => `${count(calls[kind])} ${kind}`);
  const perRow = summary.rows > 0 ? `, ${decimal(calls.total / summary.rows)} a row` : '';
  return [
    `${counted(calls.total, 'call')}${perRow}: ${kinds.join(' + ')}`,
    summary.retries === 1 ? '1 retry' : `${count(summary.retries)} retries`,
    summary.rate_limited === 0 ? 'never rate limited' : `rate limited ${times(summary.rate_limited)}`,
  ].join(' · ');
}

function comparisonLine(summary: Summary): string {
  const puts = compareWithPuts(summary);
  if (puts === undefined) return '';
  const cost = puts.deskMs === undefined ? '' : ` and ${duration(puts.deskMs)} of the desk's time`;
  const saved = puts.savedCalls > 0 ? ` (${count(puts.savedCalls)} calls saved)` : '';
  return `a PUT per row would have cost ${counted(puts.calls, 'call')}${cost}${saved}`;
}

function deskLine(summary: Summary): string {
  const share = percent(summary.desk.share, 1);
  return `${duration(summary.desk.busy_ms)} of its time, ${share} of one core while the run lasted`;
}

function next(summary: Summary, width: number, paint: Paint): string[] {
  const { text, command } = nextStep(summary);
  if (command === undefined) return labelled('Next', printable(text), width, paint);
  const lines = labelled('Next', printable(text), width, paint);
  // A command stays on one line of its own, even a long one, so that it can be copied.
  return [...lines, ' '.repeat(LABEL) + paint('accent', printable(command))];
}
