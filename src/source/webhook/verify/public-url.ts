import { VerifySettingsError } from './error.ts';

/** An address without user, query and fragment. */
export const PLAIN_ADDRESS = /^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/;

/**
 * The address that senders know us by, without a slash at its end, so that the path of a request can follow it. It is taken
 * from the configuration: the header Host and what proxies add can be written by whoever sends.
 *
 * @throws VerifySettingsError when it is missing or is no address
 */
export function publicUrlOf(publicUrl: string | undefined, who: string): string {
  const example = 'for example https://sync.example.com';
  if (publicUrl === undefined || publicUrl === '') {
    throw new VerifySettingsError([
      `public_url: is missing, and ${who} signs the address it calls. Set it to what stands before /webhooks/ there, ${example}.`,
    ]);
  }
  if (!PLAIN_ADDRESS.test(publicUrl) || !URL.canParse(publicUrl)) {
    throw new VerifySettingsError([
      `public_url: is no address of the form https://host or https://host/path. Write it without user, query and fragment, ${example}.`,
    ]);
  }
  return publicUrl.replace(/\/+$/, '');
}
