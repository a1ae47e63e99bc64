import { z } from 'zod';
import { nearest } from '../src/mapping/nearest.ts';

/** An IANA time zone. */
export const TIME_ZONE = checked((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return undefined;
  } catch {
    return didYouMean(`there is no time zone "${zone}"`, zone, Intl.supportedValuesOf('timeZone'), 'Europe/Berlin');
  }
}).describe('IANA name of the zone in which times without one are written: Europe/Berlin.');

/** A country by its two letters. */
export const COUNTRY = checked((country) => {
  // UK is understood and is another name of GB; who parses numbers knows only the latter.
  if (/^[A-Z]{2}$/.test(country) && regionOf(country) !== undefined && canonical(country) === country) return undefined;
  const upper = country.toUpperCase();
  const meant = /^[A-Z]{2}$/.test(upper) && regionOf(upper) !== undefined ? canonical(upper) : undefined;
  const known = meant === undefined ? [] : [meant];
  return didYouMean(`there is no country "${country}"`, meant ?? country, known, 'two capitals (ISO 3166), like DE');
}).describe('Two letters (ISO 3166) of the country whose phone numbers stand without a country code: DE.');

const REGIONS = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

function regionOf(letters: string): string | undefined {
  return REGIONS.of(letters);
}

function canonical(letters: string): string | undefined {
  return new Intl.Locale(`und-${letters}`).region;
}

/** What is wrong, with the nearest name, or else an example of a right one. */
export function didYouMean(what: string, name: string, known: readonly string[], example: string): string {
  const near = nearest(name, known);
  return near === undefined ? `${what}. Write ${example}` : `${what}. Did you mean ${near}?`;
}

/** A text that says itself what is wrong with it. */
export function checked(fault: (text: string) => string | undefined): z.ZodString {
  return z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}
