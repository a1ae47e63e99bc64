import { normaliseEmail } from '../contact/normalise.ts';
import { cellOf } from './cell.ts';
import { clean } from './clean.ts';
import type { Normalise } from './normalise.ts';
import type { EmailSettings } from './settings.ts';

/** `Ann Example <ann@example.com>`. */
const BRACKETED = /<([^<>]*)>/g;

/**
 * One address in lower case, as Chatwoot keeps it, out of what address books write around it. Of several the first is
 * taken, which is the main one in the exports that put several into a cell.
 */
export const email: Normalise<EmailSettings> = cellOf((given, { split }, tell) => {
  const cleaned = clean(given);
  const bracketed = [...cleaned.matchAll(BRACKETED)].map(([, address]) => address ?? '');
  // Names hold commas ("Example, Ann" <ann@example.com>), so only what stands in brackets counts where there are some.
  const parts = bracketed.length > 0 ? bracketed : cleaned.split(split?.trim() || /[;,]/);
  const addresses = parts.map(bare).filter(Boolean);
  // Lower-casing can take a letter apart: composed once more, it stays the same whenever it is read again.
  const address = normaliseEmail((addresses[0] ?? '').toLowerCase().normalize('NFKC'));
  if (typeof address !== 'string') return address;
  if (addresses.length > 1) tell?.('several-addresses');
  return JSON.stringify(address);
});

function bare(part: string): string {
  const address = part.trim();
  return /^mailto:/i.test(address) ? address.slice('mailto:'.length).replace(/\?.*$/, '').trim() : address;
}
