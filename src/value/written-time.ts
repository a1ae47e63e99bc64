import { DateTime, IANAZone } from 'luxon';
import type { Fault } from '../run/reason.ts';
import { readSerial } from './excel-serial.ts';
import { readIso, type Written } from './iso-time.ts';
import type { DateSettings } from './settings.ts';

type Reader = (text: string) => Written | undefined;

/** Longer cells hold no time, and a pattern may take long to find that out. */
const LONGEST = 100;

/** Compiling a pattern costs twice as much as using it. */
const readers = new WeakMap<DateSettings, Reader[]>();

/**
 * Reads a text by the formats that are declared, and by none else: `03/04/2024` is two days, and which one is known only
 * to who exported it. What two of the formats read differently is refused.
 */
export function readTime(text: string, settings: DateSettings): Written | Fault {
  if (text.length > LONGEST) return { reason: 'date-format', detail: 'more than 100 characters' };
  let known = readers.get(settings);
  if (known === undefined) {
    known = formatsOf(settings).map((format) => readerOf(format, settings.locale ?? 'en'));
    readers.set(settings, known);
  }
  let found: Written | undefined;
  for (const read of known) {
    const one = read(text);
    if (one === undefined) continue;
    if (found !== undefined && (found.wall !== one.wall || found.offset !== one.offset)) {
      return { reason: 'date-ambiguous', detail: 'two of its formats read it differently' };
    }
    found ??= one;
  }
  return found ?? { reason: 'date-format', detail: 'not written in the format of the column' };
}

/** The formats of a column: ISO where none is declared. */
export function formatsOf({ format = 'iso' }: DateSettings): readonly string[] {
  return typeof format === 'string' ? [format] : format;
}

function readerOf(format: string, locale: string): Reader {
  if (format === 'iso') return readIso;
  if (format === 'excel') return excelReader;
  const parser = DateTime.buildFormatParser(format, { locale });
  const tokens = unquoted(format);
  const [zoned, day] = [/[zZ]/.test(tokens), !/[hH]/.test(tokens)];
  return (text) => {
    const read = DateTime.fromFormatParser(text, parser, { locale, zone: 'utc', setZone: true });
    if (!read.isValid) return undefined;
    const wall = read.toMillis() + read.offset * 60_000;
    if (zoned) return { wall, offset: read.offset };
    return day ? { wall, day } : { wall };
  };
}

function excelReader(text: string): Written | undefined {
  const wall = readSerial(text);
  if (wall === undefined) return undefined;
  return /^\d+$/.test(text) ? { wall, day: true } : { wall };
}

/** A moment in the afternoon, of a day that no month has the number of: what a pattern loses of it shows. */
const SAMPLE = DateTime.fromISO('2024-11-25T16:07:08', { zone: 'utc' });

/** What is wrong with a format, and what to do; undefined when it reads what it writes. */
export function formatFault(format: string, locale = 'en'): string | undefined {
  if (format === 'iso' || format === 'excel') return undefined;
  const foreign = /[DYfFtT]/.exec(unquoted(format))?.[0];
  // Luxon's D, T and their like follow the language data of the machine, which changes; Y it does not know.
  if (foreign !== undefined) {
    return `"${format}" has ${foreign}. Write dd for the day, yyyy for the year, HH:mm for the time, and words in 'quotes'.`;
  }
  let read: Written | undefined;
  try {
    read = readerOf(format, locale)(SAMPLE.toFormat(format, { locale }));
  } catch {
    return `"${format}" cannot be read in "${locale}". Give a pattern such as dd.MM.yyyy HH:mm, and a language such as de.`;
  }
  const example = 'Give a pattern with year, month and day, such as dd.MM.yyyy HH:mm, or iso or excel.';
  if (read === undefined) return `"${format}" does not read what it writes. ${example}`;
  const got = new Date(read.wall);
  if (got.toISOString().slice(0, 10) !== SAMPLE.toISODate()) return `"${format}" does not tell the day. ${example}`;
  if (read.day !== true && got.getUTCHours() !== SAMPLE.hour) {
    return `"${format}" does not tell morning from afternoon. Write HH for hours up to 23, or add a for AM and PM.`;
  }
  return undefined;
}

/** Whether a name is that of a time zone that this machine knows. */
export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** A pattern without the words that stand in it as they are. */
function unquoted(format: string): string {
  return format.replace(/'[^']*'/g, '');
}
