import type { Fault } from '../run/reason.ts';
import { cellOf } from './cell.ts';
import type { Normalise } from './normalise.ts';
import { type NumberStyle, numberStyle } from './number-style.ts';
import type { NumberSettings } from './settings.ts';

/** Longer cells are no numbers, and would take the patterns below seconds. */
const LONGEST = 100;
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** A sign or a code of three capitals, before or behind the digits. */
const CURRENCY_BEFORE = /^(?:\p{Sc}|[A-Z]{3}(?![A-Z])|[A-Z]{1,2}\$)\s*/u;
const CURRENCY_BEHIND = /\s*(?:\p{Sc}|(?<![A-Z])[A-Z]{3})$/u;
const MINUS = /[-\u2010-\u2013\u2212]/;

/**
 * A plain decimal, digit by digit: it never passes through a double, which holds 15 digits. Groups have to be whole,
 * because `1.234` read with the wrong locale is a thousand times off.
 */
export const number: Normalise<NumberSettings> = cellOf((given, { locale = 'en', percent = 'as_written' }) => {
  const style = numberStyle(locale) ?? numberStyle('en')!;
  if (given.length > LONGEST) return faulty('more than 100 characters');
  // The compatibility form makes plain spaces of thin ones, but also 52 of a five with a footnote.
  if (/\p{No}/u.test(given)) return faulty('a raised digit or a fraction sign');
  let text = given.replace(INVISIBLE, '').normalize('NFKC').trim();
  if (/^[+-]?[\d.,]+e[+-]?\d+$/i.test(text)) return faulty('scientific notation, which has dropped digits');

  let negative = false;
  let signs = 0;
  const bracketed = /^\((.*)\)$/.exec(text);
  if (bracketed !== null) [text, negative, signs] = [bracketed[1]!.trim(), true, 1];
  let hundredth = false;
  // Signs stand in any order: -5 €, €-5, 5- EUR, -5 %.
  for (let again = true; again; ) {
    again = false;
    const bare = text.replace(CURRENCY_BEFORE, '').replace(CURRENCY_BEHIND, '').trim();
    if (bare !== text) [text, again] = [bare, true];
    if (text.endsWith('%') && !hundredth) [text, hundredth, again] = [text.slice(0, -1).trim(), true, true];
    if (text.startsWith('+') && signs === 0) [text, signs, again] = [text.slice(1).trim(), 1, true];
    const first = MINUS.test(text.charAt(0));
    if ((first || (MINUS.test(text.slice(-1)) && /\d$/.test(text.slice(0, -1)))) && signs === 0 && text.length > 1) {
      [text, negative, signs, again] = [(first ? text.slice(1) : text.slice(0, -1)).trim(), true, 1, true];
    }
  }
  const digits = plain(text, style);
  if (typeof digits !== 'string') return digits;
  const read = hundredth && percent === 'fraction' ? shifted(digits) : digits;
  return negative && /[1-9]/.test(read) ? `-${read}` : read;
});

/** Without its groups, with a point, and with a digit before it. */
function plain(text: string, { groups, decimal, lakh }: NumberStyle): string | Fault {
  const at = text.lastIndexOf(decimal);
  const whole = at < 0 ? text : text.slice(0, at);
  const fraction = at < 0 ? '' : text.slice(at + 1);
  // A price without cents: `20,-`.
  const none = at >= 0 && whole !== '' && /^[-\u2010-\u2014]{1,2}$/.test(fraction);
  if (!/^\d*$/.test(fraction) && !none) return faulty('not a number as the locale writes it');
  if (at >= 0 && fraction === '') return faulty('a decimal sign without digits behind it');
  const joined = whole === '' && at >= 0 ? '0' : withoutGroups(whole, groups, lakh === true);
  if (joined === undefined) return faulty('not a number as the locale writes it');
  if (/^0\d/.test(joined)) return faulty('begins with a zero: a code or a phone number is text');
  return fraction === '' || none ? joined : `${joined}.${fraction}`;
}

function withoutGroups(whole: string, groups: string, lakh: boolean): string | undefined {
  if (/^\d+$/.test(whole)) return whole;
  // One kind of sign in a number, or two numbers would be one.
  const sign = [...whole].find((char) => groups.includes(char));
  if (sign === undefined) return undefined;
  const [first = '', ...rest] = whole.split(sign);
  const last = rest.pop() ?? '';
  const size = lakh ? 2 : 3;
  const fits =
    first.length >= 1 && first.length <= size && last.length === 3 && rest.every((one) => one.length === size);
  const joined = [first, ...rest, last].join('');
  return fits && /^\d+$/.test(joined) ? joined : undefined;
}

/** A hundredth of it, by moving the point. */
function shifted(digits: string): string {
  const [whole = '', fraction = ''] = digits.split('.');
  const padded = whole.padStart(3, '0');
  const head = padded.slice(0, -2).replace(/^0+(?=\d)/, '');
  return `${head}.${padded.slice(-2)}${fraction}`;
}

function faulty(detail: string): Fault {
  return { reason: 'number-format', detail };
}
