import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { normalisePhone } from '../contact/normalise.ts';
import type { Fault } from '../run/reason.ts';
import { cellOf } from './cell.ts';
import { clean } from './clean.ts';
import { EMPTY, type Normalise } from './normalise.ts';
import type { PhoneSettings } from './settings.ts';
import { holdsSeveral } from './several-phones.ts';

/** Longer cells hold no number, and would take the patterns of one seconds. */
const LONGEST = 250;
/** What Excel makes of a long number. Its last digits are lost for good. */
const SCIENTIFIC = /^\+?\d+(?:[.,]\d*)?e[+-]?\d+$/i;

/**
 * A phone number in E.164 form, or its extension. The metadata is the full one (`max`): with the small one a mobile number
 * that lacks a digit is taken for valid.
 */
export const phone: Normalise<PhoneSettings> = cellOf((given, settings, tell) => {
  if (given.length > LONGEST) return { reason: 'phone-format', detail: 'more than 250 characters' };
  if (/\p{No}/u.test(given)) return { reason: 'phone-format', detail: 'a raised digit' };
  const numbers =
    settings.split === undefined ? [given] : given.split(settings.split).filter((one) => one.trim() !== '');
  const text = clean(numbers[0] ?? '')
    // A spreadsheet's sign for text, typed or typeset.
    .replace(/^['‘’]+\s*/, '')
    .replace(/^tel:\s*/i, '');
  if (text === '') return EMPTY;
  if (SCIENTIFIC.test(text)) return { reason: 'phone-excel-scientific' };
  if (holdsSeveral(text)) return { reason: 'phone-several', detail: 'more than one number in the cell' };
  // A number that went through a column of decimals. It would gain a digit and still be possible.
  const found = read(text.replace(/^(\+?\d{5,})\.0+$/, '$1'), settings);
  if ('reason' in found) return found;
  if (settings.part === 'extension') return found.ext === undefined ? EMPTY : JSON.stringify(String(found.ext));
  const number = normalisePhone(found.number);
  if (typeof number !== 'string') return number;
  if (numbers.length > 1) tell?.('several-numbers');
  if (found.ext !== undefined) tell?.('extension-dropped');
  return JSON.stringify(number);
});

function read(text: string, { country, accept }: PhoneSettings): PhoneNumber | Fault {
  const fits = (found: PhoneNumber | undefined): found is PhoneNumber =>
    found !== undefined && (accept === 'possible' ? found.isPossible() : found.isValid());
  if (country === undefined) {
    // 00 stands for + nearly everywhere; where it does not, the number is of no use to the rest of the world anyway.
    const international = text.startsWith('+') ? text : text.replace(/^00\s*(?=[1-9])/, '+');
    if (!international.startsWith('+') && /\d{3}/.test(onlyDigits(text))) {
      return { reason: 'phone-country-unknown', detail: 'no + and no country is set' };
    }
    const found = parse(international);
    return fits(found) ? found : invalid(found);
  }
  if (text.startsWith('+')) {
    const found = parse(text);
    return fits(found) ? found : invalid(found);
  }
  const digits = onlyDigits(text);
  const coded = /^\d/.test(text) && isSupportedCountry(country) && digits.startsWith(getCountryCallingCode(country));
  const international = coded ? parse(`+${text}`) : undefined;
  if (fits(international)) return international;
  const national = parse(text, country);
  // A digit is missing from a number of that country, or the zero was lost from a number of that town.
  if (coded && fits(national) && lacksTrunk(digits, national)) {
    return { reason: 'phone-ambiguous', detail: 'begins with the country code, without +, and has not its length' };
  }
  return fits(national) ? national : invalid(national);
}

function parse(text: string, country?: string): PhoneNumber | undefined {
  // A number inside other text may be an order number as well, so the cell has to be the number.
  const defaults = country === undefined ? {} : { defaultCountry: country as CountryCode };
  return parsePhoneNumberFromString(text, { ...defaults, extract: false });
}

function invalid(found: PhoneNumber | undefined): Fault {
  if (found === undefined) return { reason: 'phone-format', detail: 'not a phone number' };
  return { reason: 'phone-not-in-use', detail: 'no number of this length and beginning exists in its country' };
}

/** Whether what is dialled before a number within its country is missing here, as the zero is in 151 2345 6789. */
function lacksTrunk(digits: string, national: PhoneNumber): boolean {
  const dialled = onlyDigits(national.formatNational());
  return !dialled.startsWith(digits) && !digits.startsWith(dialled);
}

function onlyDigits(text: string): string {
  return text.replace(/\D/g, '');
}

/** Whether two letters are a country (ISO 3166) whose numbers can be read. */
export function isPhoneCountry(country: string): boolean {
  return isSupportedCountry(country);
}
