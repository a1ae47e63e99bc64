import { NEEDS_ATTENTION, type Outcome } from '../run/outcome.ts';
import { CALL_KINDS, type RunStatus, type Summary } from '../run/summary.ts';
import { attentionReasons } from './attention.ts';
import { books, occurred } from './books.ts';
import { compareWithPuts } from './call-cost.ts';
import { type Paint, painter, type Tone } from './colour.ts';
import { alignColumns, bar, displayWidth, printable, wrap } from './layout.ts';
import { nextStep } from './next-step.ts';
import { count, counted, decimal, duration, percent, times } from './number.ts';

/** Terminal columns, and whether colours are wanted (the caller looks at NO_COLOR and at the stream). */
export interface TextOptions {
  width: number;
  colour: boolean;
}

const LABEL = 10;
const MOST_REASONS = 8;
const MOST_FILES = 8;
const BAR = 24;

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
    ...files(summary, width, paint),
    ...labelled('Report', printable(summary.report_dir), width, paint),
    ...reasons(summary, width, paint),
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

function outcomeTable(summary: Summary, width: number, paint: Paint): string[] {
  const found = occurred(summary.outcomes);
  if (found.length === 0) return [paint('faint', '  no row has an outcome')];
  const cells = alignColumns(
    found.map(({ outcome, rows }) => [outcome, count(rows), percent(rows, summary.rows)]),
    ['left', 'right', 'right'],
  );
  const lines = found.map(({ outcome, rows, attention }, index) => {
    const [name = '', number = '', part = ''] = cells[index] ?? [];
    const tone = outcomeTone(outcome);
    const line = `${attention ? paint(tone, '!') : ' '} ${paint(tone, name)}  ${number}  ${paint('faint', part)}`;
    const room = width - displayWidth(`! ${name}  ${number}  ${part}  `);
    return room < BAR ? line : `${line}  ${paint(tone, bar(summary.rows > 0 ? rows / summary.rows : 0, BAR))}`;
  });
  const { attention } = books(summary);
  if (attention === 0) return lines;
  return [...lines, paint('warn', `! ${counted(attention, 'row')} ${attention === 1 ? 'needs' : 'need'} attention`)];
}

function outcomeTone(outcome: Outcome): Tone {
  if (outcome === 'failed' || outcome === 'cancelled') return 'bad';
  if (NEEDS_ATTENTION.has(outcome)) return 'warn';
  return outcome === 'updated' || outcome === 'created' ? 'good' : 'faint';
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

function files(summary: Summary, width: number, paint: Paint): string[] {
  const shown = summary.files.slice(0, MOST_FILES);
  const table = alignColumns(
    shown.map((file) => [
      printable(file.path === '-' ? 'standard input' : file.path),
      count(file.rows),
      file.rows === 1 ? 'row' : 'rows',
    ]),
    ['left', 'right', 'left'],
  );
  const lines = table.map(
    ([path, rows, noun], index) =>
      `${paint('strong', (index === 0 ? 'Files' : '').padEnd(LABEL))}${path}  ${rows} ${noun}`,
  );
  const more = summary.files.length - shown.length;
  return more > 0 ? [...lines, ...labelled('', `and ${counted(more, 'file')} more`, width, paint, 'faint')] : lines;
}

function reasons(summary: Summary, width: number, paint: Paint): string[] {
  const found = attentionReasons(summary.reasons);
  if (found.length === 0) return [];
  const shown = found.slice(0, MOST_REASONS);
  const size = Math.max(...shown.map((each) => count(each.rows).length));
  const indent = size + 4;
  const lines = shown.flatMap((each) => {
    const reason = printable(each.reason);
    const said = wrap(`${reason}${each.message === '' ? '' : `: ${each.message}`}`, width - indent);
    const hint = wrap(each.hint, width - indent - 2);
    return [
      `  ${count(each.rows).padStart(size)}  ${paint('warn', reason)}${(said[0] ?? '').slice(reason.length)}`,
      ...said.slice(1).map((line) => ' '.repeat(indent) + line),
      ...hint.map((line, index) => ' '.repeat(indent) + paint('faint', `${index === 0 ? '→' : ' '} ${line}`)),
    ];
  });
  const more = found.length - shown.length;
  const rest = more > 0 ? [paint('faint', `${' '.repeat(indent)}and ${counted(more, 'other reason')}`)] : [];
  return ['', paint('strong', 'Why rows need attention'), ...lines, ...rest];
}

function next(summary: Summary, width: number, paint: Paint): string[] {
  const { text, command } = nextStep(summary);
  if (command === undefined) return labelled('Next', printable(text), width, paint);
  const lines = labelled('Next', printable(text), width, paint);
  // A command stays on one line of its own, even a long one, so that it can be copied.
  return [...lines, ' '.repeat(LABEL) + paint('accent', printable(command))];
}

function labelled(label: string, text: string, width: number, paint: Paint, tone?: Tone): string[] {
  if (text === '') return [];
  return wrap(text, width - LABEL).map((line, index) => {
    const painted = tone === undefined ? line : paint(tone, line);
    return paint('strong', (index === 0 ? label : '').padEnd(LABEL)) + painted;
  });
}
