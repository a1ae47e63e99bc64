import { NEEDS_ATTENTION, type Outcome } from '../run/outcome.ts';
import type { Summary } from '../run/summary.ts';
import { books, occurred } from './books.ts';
import type { Paint, Tone } from './colour.ts';
import { alignColumns, bar, displayWidth } from './layout.ts';
import { count, counted, percent } from './number.ts';

const BAR = 24;

/** The outcomes that occurred with their share of the rows, and how many rows a person has to look at. */
export function outcomeTable(summary: Pick<Summary, 'rows' | 'outcomes'>, width: number, paint: Paint): string[] {
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
