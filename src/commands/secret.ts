import { readFileSync } from 'node:fs';
import { REFERENCE } from '../../config/secrets.ts';
import type { Environment } from './options.ts';

/** A secret, or what is wrong with where it is said to be; the sentence ends with the next step. */
export type Read = { value: string } | { fault: string };

/**
 * Reads what is written `env:NAME` or `file:/path`; any other text stands for itself. Of a file the white space around its
 * content does not count: editors end files with a new line.
 */
export function readSecret(text: string, env: Environment): Read {
  if (!REFERENCE.test(text)) return { value: text };
  const place = text.slice(text.indexOf(':') + 1);
  if (text.startsWith('env:')) {
    const value = env[place];
    return value ? { value } : { fault: `the variable ${place} is not set. Set it.` };
  }
  try {
    const value = readFileSync(place, 'utf8').trim();
    return value === '' ? { fault: `the file ${place} is empty. Put the secret into it.` } : { value };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { fault: `the file ${place} cannot be read (${code}). Correct the path or its rights.` };
  }
}
