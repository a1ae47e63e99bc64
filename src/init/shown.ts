import { isPlainNumber } from '../contact/attribute.ts';
import { isWebAddress } from '../contact/web-address.ts';

/** What all cells of a column that were looked at have in common, and why that is believed. */
export interface Shown {
  type: 'text' | 'boolean' | 'number' | 'date' | 'datetime' | 'url' | 'list';
  format?: string;
  locale?: string;
  /** A clause for people; holds no value of a cell. */
  reason: string;
}

const TIME = String.raw`[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?`;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_TIME = new RegExp(`^\\d{4}-\\d{2}-\\d{2}${TIME}$`);
const DOTS = /^\d{2}\.\d{2}\.\d{4}$/;
const SLASHES = /^(\d{2})\/(\d{2})\/\d{4}$/;
const WORDS = /^(true|false|yes|no|ja|nein|oui|non|wahr|falsch)$/i;
const LOCALES: readonly [string, RegExp][] = [
  ['en', /^-?\d{1,3}(,\d{3})+\.\d+$|^-?\d{1,3}(,\d{3}){2,}$/],
  ['de', /^-?\d{1,3}(\.\d{3})+,\d+$|^-?\d{1,3}(\.\d{3}){2,}$|^-?\d+,(\d{1,2}|\d{4,})$/],
];

/**
 * What the cells show. Nothing is guessed that could be meant otherwise: that stays a text, and the reason says why.
 *
 * @param cells those that hold something, trimmed
 */
export function shownBy(cells: readonly string[]): Shown {
  const all = (test: RegExp) => cells.every((cell) => test.test(cell));
  if (cells.length === 0) return { type: 'text', reason: 'empty in all rows looked at' };
  if (all(WORDS)) return { type: 'boolean', reason: 'every cell is a word for yes or no' };
  if (all(ISO_DATE)) return { type: 'date', reason: 'every cell is a date like 2026-01-31' };
  if (all(ISO_TIME)) return { type: 'datetime', reason: 'every cell is a time like 2026-01-31 08:15' };
  if (all(DOTS)) return { type: 'date', format: 'dd.MM.yyyy', reason: 'every cell is a date like 31.01.2026' };
  if (all(SLASHES)) return slashes(cells);
  if (all(/^[01]$/)) return { type: 'text', reason: 'every cell is 0 or 1: yes and no, or a number; say which' };
  if (cells.every(isWebAddress)) return { type: 'url', reason: 'every cell is a web address' };
  if (cells.every(isNumber)) return number(cells);
  if (cells.some((cell) => cell.includes(';')) && cells.every((cell) => cell.length < 200))
    return { type: 'list', reason: 'cells hold several texts parted by ;' };
  return { type: 'text', reason: 'texts' };
}

/** Day or month first is told only by a value that can be but one of the two. */
function slashes(cells: readonly string[]): Shown {
  const parts = cells.map((cell) => SLASHES.exec(cell)!).map(([, a, b]) => [Number(a), Number(b)] as const);
  const dayFirst = parts.some(([a]) => a > 12);
  const monthFirst = parts.some(([, b]) => b > 12);
  if (dayFirst && !monthFirst)
    return { type: 'date', format: 'dd/MM/yyyy', reason: 'dates with slashes, of which some can only be day first' };
  if (monthFirst && !dayFirst)
    return { type: 'date', format: 'MM/dd/yyyy', reason: 'dates with slashes, of which some can only be month first' };
  return { type: 'text', reason: 'dates that may be day or month first: give type date and a format if you know' };
}

function isNumber(cell: string): boolean {
  return (
    (isPlainNumber(cell) || /^-?\d[\d.,]*$/.test(cell)) && !/^-?0\d/.test(cell) && cell.replace(/\D/g, '').length <= 15
  );
}

function number(cells: readonly string[]): Shown {
  const grouped = cells.filter((cell) => /[.,]/.test(cell));
  if (grouped.length === 0) return { type: 'number', reason: 'every cell is a whole number' };
  const told = LOCALES.filter(([, pattern]) => grouped.some((cell) => pattern.test(cell)));
  const [locale] = told[0] ?? [];
  if (told.length === 1 && locale !== undefined)
    return { type: 'number', locale, reason: `numbers, of which some can only be written as in locale ${locale}` };
  if (told.length === 0 && cells.every(isPlainNumber) && grouped.some((cell) => !/\.\d{3}$/.test(cell)))
    return { type: 'number', locale: 'en', reason: 'numbers with a decimal point' };
  return {
    type: 'text',
    reason: 'numbers whose comma and point may be read in two ways: give type number and a locale',
  };
}
