import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from './failure.ts';

/** A file that is to be written. */
export interface NewFile {
  path: string;
  text: string;
  /** Access rights, for example 0o600. */
  mode: number;
}

/** @throws Refusal when one of them is there, before any is written */
export function refuseExisting(files: readonly string[], force: boolean): void {
  const there = files.filter((one) => existsSync(one));
  if (force || there.length === 0) return;
  throw new Refusal(
    `${there.join(' and ')} ${there.length === 1 ? 'is' : 'are'} there already. Look at it first, then give --force to write over it.`,
  );
}

/** Writes them all. Without `force` none that is there is touched, even when it came about a moment ago. */
export async function writeNew(files: readonly NewFile[], force: boolean): Promise<void> {
  for (const file of files) {
    const handle = await open(file.path, force ? 'w' : 'wx', file.mode);
    try {
      // The rights of a file that was there already are its own.
      await handle.chmod(file.mode);
      await handle.writeFile(file.text);
    } finally {
      await handle.close();
    }
  }
}

/** What to say when git would take the file with the token along; undefined when it is ignored or there is no git. */
export function gitNote(file: string): string | undefined {
  const dir = path.dirname(path.resolve(file));
  if (!existsSync(path.join(dir, '.git'))) return undefined;
  const ignore = path.join(dir, '.gitignore');
  const lines = existsSync(ignore) ? readFileSync(ignore, 'utf8').split(/\r?\n/) : [];
  const name = path.basename(file);
  if (lines.some((line) => [name, `/${name}`, '.env*', '*.env'].includes(line.trim()))) return undefined;
  return `${name} holds the token and is not ignored by git. Add it: echo ${name} >> .gitignore`;
}
