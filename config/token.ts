import { readFileSync } from 'node:fs';
import { namesOf } from './access.ts';
import { DEFAULT_ACCOUNT } from './account.ts';
import { type Raw, sectionIn } from './between.ts';

/** Tokens of accounts that stand in the file itself; they are taken out of it. */
export function writtenTokens(raw: Raw, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const account = sectionIn(sectionIn(raw, 'accounts'), name);
    if (account.api_access_token === undefined) return [];
    delete account.api_access_token;
    return [
      `accounts.${name}.api_access_token: a token does not belong into the configuration file. Give it with ${namesOf(name).token}, or name its file with accounts.${name}.api_access_token_file.`,
    ];
  });
}

/** Reads the tokens that lie in files, of the accounts that are meant: the others' need not be on this machine. */
export function readTokenFiles(
  raw: Raw,
  meant: readonly string[],
  origin: Map<string, string>,
  faults: string[],
): void {
  const lent = meant.some((name) => {
    const { base_url, api_access_token_file } = sectionIn(sectionIn(raw, 'accounts'), name);
    const own = origin.has(`accounts.${name}.api_access_token`) || api_access_token_file !== undefined;
    return base_url === undefined && !own;
  });
  for (const name of new Set(lent ? [...meant, DEFAULT_ACCOUNT] : meant)) {
    const section = name === DEFAULT_ACCOUNT ? 'chatwoot' : `accounts.${name}`;
    const own = name === DEFAULT_ACCOUNT ? sectionIn(raw, 'chatwoot') : sectionIn(sectionIn(raw, 'accounts'), name);
    const { api_access_token_file: path } = own;
    if (typeof path !== 'string' || path === '' || origin.has(`${section}.api_access_token`)) continue;
    const token = secretIn(path, `${section}.api_access_token_file`, faults);
    if (token !== undefined) own.api_access_token = token;
  }
}

/** What a file holds, without blanks around it; noted as a fault of `named` when it cannot be read. */
export function secretIn(path: string, named: string, faults: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    faults.push(`${named}: the file ${path} cannot be read. Correct the path or its rights.`);
    return undefined;
  }
}
