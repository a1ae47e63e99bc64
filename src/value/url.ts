import { isWebAddress } from '../contact/web-address.ts';
import { cellOf } from './cell.ts';
import { clean } from './clean.ts';
import type { Normalise } from './normalise.ts';
import type { UrlSettings } from './settings.ts';

/** `www.example.com/a` or `example.com:8080`: a name with a dot, and no scheme before it. */
const BARE = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?::\d+)?(?:[/?#]|$)/u;

/** A complete http or https address, kept as it is written: an address that was rewritten would differ from the one held. */
export const url: Normalise<UrlSettings> = cellOf((given, { scheme }) => {
  const address = clean(given);
  const whole = scheme !== undefined && BARE.test(address) ? `${scheme}://${address}` : address;
  if (!isWebAddress(whole)) return { reason: 'url-format', detail: 'not a complete http or https address' };
  return JSON.stringify(whole);
});
