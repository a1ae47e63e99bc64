import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Refusal } from './failure.ts';

/**
 * The certificate authority of a private Chatwoot as PEM text.
 *
 * @param file undefined: those that Node knows are believed
 * @throws Refusal when the file cannot be read or holds no certificate
 */
export function authorityIn(file: string | undefined): { ca?: string } {
  if (file === undefined) return {};
  let ca: string;
  try {
    ca = readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new Refusal(`chatwoot.ca: the file ${file} cannot be read (${why}). Correct --ca or chatwoot.ca.`);
  }
  try {
    new X509Certificate(ca);
  } catch {
    throw new Refusal(`chatwoot.ca: the file ${file} holds no certificate. Give the authority's, in PEM.`);
  }
  return { ca };
}
