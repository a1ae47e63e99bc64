import { type Paint, painter, type Tone } from '../report/colour.ts';
import { printable, wrap } from '../report/layout.ts';
import { count } from '../report/number.ts';
import type { TextOptions } from '../report/text.ts';
import { REASONS, type Reason } from '../run/reason.ts';
import type { CheckedFile } from './file.ts';
import type { Finding, Level } from './finding.ts';

const MARK: Record<Level, readonly [string, Tone]> = {
  ok: ['✓', 'good'],
  note: ['·', 'faint'],
  warning: ['!', 'warn'],
  fault: ['✗', 'bad'],
};

const LABEL = 15;

/** Everything that was looked at, on one screen; wrong rows by reason below it. Ends with a newline. */
export function checkText(findings: readonly Finding[], file: CheckedFile | undefined, options: TextOptions): string {
  const paint = painter(options.colour);
  const width = Math.max(60, options.width);
  let before = '';
  const lines = findings.flatMap(({ part, level, message }) => {
    const [mark, tone] = MARK[level];
    const label = part === before ? '' : part;
    before = part;
    return wrap(printable(message), width - LABEL - 2).map((line, i) =>
      i === 0
        ? `${paint(tone, mark)} ${paint('strong', label.padEnd(LABEL))}${line}`
        : `${' '.repeat(LABEL + 2)}${line}`,
    );
  });
  if (file !== undefined) lines.push(...mappingLines(file, width, paint), ...reasonLines(file, width, paint));
  const faults = findings.filter(({ level }) => level === 'fault').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  lines.push(
    '',
    faults === 0
      ? paint('good', `Nothing keeps a run from beginning (warnings: ${warnings}).`)
      : paint('bad', `Faults: ${faults}, warnings: ${warnings}.`),
  );
  lines.push(paint('faint', 'Nothing was written.'));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function mappingLines({ columns, ignored, match }: CheckedFile, width: number, paint: Paint): string[] {
  const sets = columns.map(({ name, field }) => (name === field ? field : `${name} → ${field}`));
  const not = ignored.map(({ name, note }) => (note === undefined ? name : `${name} (${note})`));
  const part = (label: string, text: string) =>
    wrap(printable(text), width - LABEL - 2).map(
      (line, i) => `  ${paint('strong', (i === 0 ? label : '').padEnd(LABEL))}${line}`,
    );
  return [
    '',
    ...part('sets', sets.join(', ')),
    ...part('found by', match.join(', ')),
    ...(not.length === 0 ? [] : part('ignored', not.join(', '))),
  ];
}

function reasonLines({ invalid, skipped }: CheckedFile, width: number, paint: Paint): string[] {
  return [...Object.entries(invalid), ...Object.entries(skipped)]
    .sort(([, a], [, b]) => b.rows - a.rows)
    .flatMap(([reason, { rows, first }]) => {
      const { message, hint } = REASONS[reason as Reason];
      const shown = first.map(({ line, detail }) => `    line ${line}${detail === '' ? '' : `: ${printable(detail)}`}`);
      return [
        '',
        `  ${paint('warn', reason)}, ${count(rows)}`,
        ...wrap(message, width - 4).map((line) => `    ${line}`),
        ...wrap(hint, width - 6).map((line, i) => `    ${paint('faint', `${i === 0 ? '→' : ' '} ${line}`)}`),
        ...shown,
        ...(rows > first.length ? [paint('faint', `    and ${count(rows - first.length)} more`)] : []),
      ];
    });
}
