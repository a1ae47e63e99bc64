import type { Config } from '../../config/schema.ts';
import { openSources, type SourceFile } from '../source/file.ts';
import { Refusal } from './failure.ts';
import { spoolDirOf } from './kept.ts';
import type { Environment } from './options.ts';

/** Opens the files and addresses that a command was given, as the configuration says they are read. */
export function openFiles(
  paths: string[],
  config: Config,
  run: string,
  env: Environment = process.env,
): Promise<SourceFile[]> {
  const { encoding, delimiter, download } = config;
  return openSources(paths, spoolDirOf(config, run), {
    wanted: { encoding, delimiter },
    download: async (address) => {
      // Loaded only now: few sources are addresses, and every command waits for what is loaded.
      const { Download } = await import('../fetch/download.ts');
      const getting = new Download({
        headers: headerIn(download.header_env, env),
        maxSize: download.max_size,
        timeoutMs: download.timeout * 1000,
        allowPrivate: download.allow_private,
      });
      return getting.open(address);
    },
  });
}

/** A variable that holds `Name: value`, or the value of `Authorization` alone. */
function headerIn(name: string | undefined, env: Environment): Record<string, string> {
  if (name === undefined) return {};
  const value = env[name]?.trim() ?? '';
  if (value === '')
    throw new Refusal(`The variable ${name} is not set. Put the header into it that the address is asked with.`);
  const [, header = 'authorization', rest = value] = /^([A-Za-z0-9-]+):\s*(.+)$/s.exec(value) ?? [];
  return { [header.toLowerCase()]: rest };
}
