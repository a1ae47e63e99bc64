import type { Config } from '../../config/schema.ts';
import type { Dialect } from '../source/decode/dialect.ts';
import { openSources, type SourceFile } from '../source/file.ts';
import { Refusal } from './failure.ts';
import type { FilesMeant, HeaderNamed } from './files-meant.ts';
import { spoolDirOf } from './kept.ts';
import type { Environment } from './options.ts';

/** A file of a command. */
export interface OpenedFile extends SourceFile {
  /** The configuration says where it is, the command did not. */
  bySource?: true;
}

/** How files are opened, where that is not as ever. */
interface Opening {
  /** How each of them was read before, when a run goes on. */
  dialects?: readonly (Dialect | undefined)[] | undefined;
  env?: Environment;
}

/** Opens the files and addresses that a command is about. */
export async function openFiles(
  { paths, bySource, wanted, header }: FilesMeant,
  config: Config,
  run: string,
  { dialects, env = process.env }: Opening = {},
): Promise<OpenedFile[]> {
  const { download } = config;
  const opened = await openSources(paths, spoolDirOf(config, run), {
    wanted,
    ...(dialects === undefined ? {} : { dialects }),
    download: async (address) => {
      // Loaded only now: few sources are addresses, and every command waits for what is loaded.
      const { Download } = await import('../fetch/download.ts');
      const named = header(address);
      const getting = new Download({
        headers: headerIn(named, env),
        ...(named === undefined ? {} : { credentialOf: named.by }),
        maxSize: download.max_size,
        timeoutMs: download.timeout * 1000,
        allowPrivate: download.allow_private,
      });
      return getting.open(address);
    },
  });
  return bySource ? opened.map((file) => ({ ...file, bySource: true })) : opened;
}

/** A variable that holds `Name: value`, or the value of `Authorization` alone. */
function headerIn(named: HeaderNamed | undefined, env: Environment): Record<string, string> {
  if (named === undefined) return {};
  const { variable, by } = named;
  const value = env[variable]?.trim() ?? '';
  if (value === '')
    throw new Refusal(
      `The variable ${variable} (${by}) is not set. Put the header into it that the address is asked with.`,
    );
  const [, header = 'authorization', rest = value] = /^([A-Za-z0-9-]+):\s*(.+)$/s.exec(value) ?? [];
  return { [header.toLowerCase()]: rest };
}
