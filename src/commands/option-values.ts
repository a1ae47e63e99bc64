import { InvalidArgumentError } from 'commander';
import { RAILS } from '../../config/schema.ts';
import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';

/** Letters that survive in an `X-Request-Id` and in a directory name. */
export function runIdOf(text: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_-]{0,79}$/.test(text))
    throw new InvalidArgumentError('Use letters, digits, _ and -, at most 80.');
  return text;
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(
        `Give a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ' up'}.`,
      );
    }
    return value;
  };
}

/** `30` or `30%`. */
export function percentOf(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1]);
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError('Give percent from 0 to 100.');
  return value;
}

/** Guard rails, with commas between them. */
export function railsOf(text: string): string[] {
  const rails = text.split(',').map((rail) => rail.trim());
  const unknown = rails.filter((rail) => !(RAILS as readonly string[]).includes(rail));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no guard rail "${unknown.join(', ')}". Use ${RAILS.join(', ')}.`);
  return rails;
}

/** `600` or `600/min`. */
export function rateOf(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)(?:\/min)?$/.exec(text.trim())?.[1]);
  if (!(value > 0)) throw new InvalidArgumentError('Give calls a minute, for example 600 or 600/min.');
  return value;
}

/** Match keys, with commas between them. */
export function matchKeys(text: string): MatchKey[] {
  const keys = text.split(',').map((key) => key.trim());
  const unknown = keys.filter((key) => !(MATCH_KEYS as readonly string[]).includes(key));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`"${unknown.join(', ')}" finds no contact. Use ${MATCH_KEYS.join(', ')}.`);
  return [...new Set(keys)] as MatchKey[];
}

/** `COLUMN=FIELD`, added to those before it. */
export function collectMap(text: string, before: Record<string, string> = {}): Record<string, string> {
  const cut = text.lastIndexOf('=');
  if (cut <= 0 || cut === text.length - 1)
    throw new InvalidArgumentError('Write COLUMN=FIELD, for example "E-mail=email".');
  return { ...before, [text.slice(0, cut)]: text.slice(cut + 1) };
}
