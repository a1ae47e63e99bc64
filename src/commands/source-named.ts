import type { Config } from '../../config/schema.ts';
import { nearest } from '../mapping/nearest.ts';
import { Refusal } from './failure.ts';

/**
 * A configured source of the account.
 *
 * @throws Refusal when there is none of that name, or it is another account's
 */
export function sourceNamed(
  { sources, account }: Pick<Config, 'sources' | 'account'>,
  name: string,
): Config['sources'][string] {
  // Not by looking it up: `constructor` is no source.
  const found = Object.entries(sources).find(([known]) => known === name)?.[1];
  if (found === undefined) throw new Refusal(unknownSource(name, Object.keys(sources)));
  if (found.account !== account)
    throw new Refusal(`${name} is a source of the account ${found.account}. Give --account ${found.account}.`);
  return found;
}

function unknownSource(name: string, known: readonly string[]): string {
  if (known.length === 0)
    return `There is no source ${name}: none is configured. See docs/mapping.md for files, docs/webhooks.md for webhooks.`;
  const near = nearest(name, known);
  const next = near === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean ${near}?`;
  return `There is no source ${name}; configured are ${known.join(', ')}. ${next}`;
}
