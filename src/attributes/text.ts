import { type Paint, painter, type Tone } from '../report/colour.ts';
import { alignColumns, clip, printable, wrap } from '../report/layout.ts';
import { count, counted } from '../report/number.ts';
import type { TextOptions } from '../report/text.ts';
import { type AttributeStatus, type Finding, statusOf } from './compare.ts';
import { createdSentence, remarksOf, type Surroundings } from './sentence.ts';

const TONES: Record<AttributeStatus, Tone> = {
  ok: 'good',
  created: 'good',
  missing: 'warn',
  mismatch: 'warn',
  unfilterable: 'warn',
  'broken-filter': 'bad',
};

const HEAD = ['ATTRIBUTE', 'COLUMN', 'DEFINED AS', 'SHOWS', 'ROWS', 'STATUS'];

/** Columns of the terminal that a name may take. */
const NAME_WIDTH = 32;

/** What the command says to people: a table, what is wrong with what to do about it, and what it cost. */
export function attributesText(
  findings: readonly Finding[],
  around: Surroundings & { calls: number },
  options: TextOptions,
): string {
  const paint = painter(options.colour);
  const width = Math.max(40, options.width);
  const remarks = findings.flatMap((finding) =>
    remarksOf(finding, around).flatMap(({ what, next }) => [
      '',
      ...indented('! ', what, width),
      ...step(next, width, paint),
    ]),
  );
  const created = findings.filter((finding) => finding.created).map((finding) => createdSentence(finding));
  const written = created.length === 0 ? 'nothing was written' : `${counted(created.length, 'attribute')} created`;
  const lines = [
    ...table(findings, paint),
    ...remarks,
    ...(created.length === 0 ? [] : ['', ...created.flatMap((sentence) => wrap(sentence, width))]),
    '',
    paint('faint', `${counted(around.calls, 'call')}, ${written}`),
  ];
  return `${lines.join('\n')}\n`;
}

function table(findings: readonly Finding[], paint: Paint): string[] {
  const cells = findings.map((finding) => [
    clip(printable(finding.column.key), NAME_WIDTH),
    clip(printable(finding.column.name), NAME_WIDTH),
    finding.defined ?? '–',
    finding.column.shown ?? 'nothing',
    count(finding.column.rows),
    statusOf(finding),
  ]);
  const rows = alignColumns([HEAD, ...cells], ['left', 'left', 'left', 'left', 'right', 'left']);
  return rows.map((row, index) => {
    const finding = findings[index - 1];
    if (finding === undefined) return paint('faint', row.join('  ').trimEnd());
    const status = statusOf(finding);
    return [...row.slice(0, -1), paint(TONES[status], status)].join('  ');
  });
}

function step(text: string, width: number, paint: Paint): string[] {
  return indented('  → ', text, width).map((line) => paint('accent', line));
}

/** The first line is wrapped; those after it are addresses, which have to stay whole. */
function indented(mark: string, text: string, width: number): string[] {
  const [first = '', ...rest] = text.split('\n');
  const lines = [...wrap(first, width - mark.length), ...rest.map((line) => `  ${line}`)];
  return lines.map((line, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + line);
}
