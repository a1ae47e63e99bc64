import type { Paint, Tone } from './colour.ts';
import { wrap } from './layout.ts';

/** Columns that the label in front of a line takes. */
export const LABEL = 10;

/** A text behind its label, broken into lines that stand below each other; no line at all for an empty text. */
export function labelled(label: string, text: string, width: number, paint: Paint, tone?: Tone): string[] {
  if (text === '') return [];
  return wrap(text, width - LABEL).map((line, index) => {
    const painted = tone === undefined ? line : paint(tone, line);
    return paint('strong', (index === 0 ? label : '').padEnd(LABEL)) + painted;
  });
}
