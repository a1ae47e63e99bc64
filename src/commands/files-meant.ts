import type { Config } from '../../config/schema.ts';
import type { Wanted } from '../source/decode/dialect.ts';
import { Refusal } from './failure.ts';
import type { CommonFlags } from './options.ts';
import { sourceNamed } from './source-named.ts';

/** The files that a command is about, and how they are got and read. */
export interface FilesMeant {
  /** Paths and addresses; `-` is standard input. */
  paths: string[];
  /** The configuration says where they are, the command did not. */
  bySource: boolean;
  wanted: Wanted;
  /** What holds the header that an address is asked with; undefined for an address that none is meant for. */
  header: (address: string) => HeaderNamed | undefined;
}

/** The variable that holds a header, and what named it, for error texts. */
export interface HeaderNamed {
  variable: string;
  by: string;
}

type Flags = Pick<CommonFlags, 'encoding' | 'delimiter' | 'headerEnv' | 'source'>;

/**
 * Which files are meant and how they are read, by what is said nearest to them: flags, then the source that is named, then what
 * holds for all files. A path or an address of the command stands over the address of the source.
 *
 * @param name the source whose files they are
 * @throws Refusal when there is no such source, or nothing says where a file is
 */
export function filesMeant(config: Config, flags: Flags, given: readonly string[], name = flags.source): FilesMeant {
  const said = fileSaid(config, name);
  if (given.length === 0 && said.url === undefined) throw new Refusal(nowhere(name));
  return {
    paths: given.length > 0 ? [...given] : [said.url!],
    bySource: given.length === 0,
    wanted: {
      // What a flag says is in the configuration already, checked and under its one name.
      encoding: (flags.encoding === undefined ? said.encoding : undefined) ?? config.encoding,
      delimiter: (flags.delimiter === undefined ? said.delimiter : undefined) ?? config.delimiter,
    },
    header: (address) => {
      const { header_env: ofAll } = config.download;
      const { header_env: own, url } = said;
      if (flags.headerEnv === undefined && own !== undefined && (url === undefined || sameOrigin(address, url)))
        return { variable: own, by: `sources.${name}.file.header_env` };
      if (ofAll === undefined) return undefined;
      return { variable: ofAll, by: flags.headerEnv === undefined ? 'download.header_env' : '--header-env' };
    },
  };
}

/** Whether a source is named that says where its file is. */
export function knowsItsFile(config: Config, { source }: Flags): boolean {
  return fileSaid(config, source).url !== undefined;
}

type Said = Partial<
  Pick<NonNullable<Config['sources'][string]['file']>, 'url' | 'header_env' | 'encoding' | 'delimiter'>
>;

function fileSaid(config: Config, name: string | undefined): Said {
  return (name === undefined ? undefined : sourceNamed(config, name).file) ?? {};
}

/** A credential is for the host that it was given for, whatever address a command names. */
function sameOrigin(address: string, url: string): boolean {
  return URL.canParse(address) && new URL(address).origin === new URL(url).origin;
}

function nowhere(name: string | undefined): string {
  if (name === undefined)
    return 'No file is named. Give one (- reads standard input), or --source with a source that has a file.url (docs/mapping.md).';
  return `No file is named, and the source ${name} does not say where its file is. Give a file, or set sources.${name}.file.url (docs/mapping.md).`;
}
