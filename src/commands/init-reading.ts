import { CONFIG, type Config } from '../../config/schema.ts';
import { Refusal } from './failure.ts';

/** What flags say of how a file is read. */
interface ReadingFlags {
  encoding?: string;
  delimiter?: string;
}

/**
 * What `init` was told of how a file is read: as settings to write down, and a configuration that holds nothing else.
 *
 * @throws Refusal when it cannot be read like that
 */
export function readingSaid({ encoding, delimiter }: ReadingFlags): { read: Record<string, string>; config: Config } {
  const read = {
    ...(encoding === undefined ? {} : { encoding }),
    ...(delimiter === undefined ? {} : { delimiter }),
  };
  const parsed = CONFIG.safeParse(read);
  if (!parsed.success)
    throw new Refusal(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}.`).join('\n'));
  return { read, config: { ...parsed.data, account: 'default', places: [] } };
}
