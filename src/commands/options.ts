import { type Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { type Config, RAILS } from '../../config/schema.ts';
import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';

/** What every command was given, as commander hands it over. */
export interface CommonFlags {
  config?: string;
  logLevel?: string;
  json?: boolean;
  quiet?: boolean;
  yes?: boolean;
  insecure?: boolean;
  ca?: string;
  match?: MatchKey[];
  map?: Record<string, string>;
  onMissing?: string;
  emptyCells?: string;
  trust?: string;
  lookup?: string;
  undo?: boolean;
  dropConflicting?: boolean;
  maxChanged?: number;
  maxFailed?: number;
  allow?: string[];
  pace?: string;
  deskShare?: number;
  rate?: number;
  concurrency?: number;
  limit?: number;
  reportDir?: string;
  runId?: string;
}

/** Environment variables, from the process or from whoever runs a command inside another. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of every command. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: contact-sync.yaml, then config/contact-sync.yaml)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent')
    .option('--json', 'print exactly one JSON document on standard output')
    .option('--quiet', 'no text for people on standard error')
    .option('--insecure', 'allow plain http to a host that is not this machine')
    .option('--ca <file>', 'certificate authority (PEM) of a private Chatwoot');
}

/** Options of the commands that make calls. */
export function withPaceOptions(command: Command): Command {
  const modes = 'auto (default): follow the desk; fixed: only --rate and --concurrency';
  command.addOption(new Option('--pace <mode>', modes).choices(['auto', 'fixed']));
  command.option('--desk-share <pct>', 'percent of the desk that may be taken (default 50)', percentOf);
  return withRateOption(command).option(
    '--concurrency <n>',
    'most calls in flight in this process (default 8; 2 with --pace fixed)',
    wholeNumber(1, 500),
  );
}

/** The option of commands that make one call after the other. */
export function withRateOption(command: Command): Command {
  return command.option('--rate <n/min>', 'most calls a minute, all processes together (default 3000)', rateOf);
}

/** Options of the commands that read rows. */
export function withRowOptions(command: Command): Command {
  return withRunOptions(withColumnOptions(command))
    .addOption(new Option('--on-missing <what>', 'rows whose contact does not exist').choices(['report', 'create']))
    .addOption(
      new Option('--empty-cells <what>', 'leave the field alone (default) or clear it').choices(['leave', 'clear']),
    )
    .addOption(
      new Option('--trust <what>', 'what is remembered of a contact (default), or always ask').choices([
        'remembered',
        'live',
      ]),
    )
    .addOption(
      new Option('--lookup <how>', 'how contacts are found (default auto)').choices(['auto', 'filter', 'account']),
    )
    .option('--drop-conflicting', 'leave out a value that another contact has, write the rest of the row')
    .option('--limit <n>', 'send only the first n rows', wholeNumber(0, Number.MAX_SAFE_INTEGER));
}

/** Options of the commands that begin a run. */
export function withRunOptions(command: Command): Command {
  return command
    .option('--run-id <id>', 'name of the run; an unfinished one is continued', runIdOf)
    .option('--report-dir <dir>', 'where the report goes (default reports/<run>)')
    .option('--yes', 'do not ask');
}

/** Options of the commands that write. */
export function withSafetyOptions(command: Command): Command {
  return command
    .option('--no-undo', 'keep no former values: one call less for a row matched by id, and no undo')
    .option('--max-changed <pct>', 'stop when more of the contacts would lose a value (default 80)', percentOf)
    .option('--max-failed <pct>', 'stop when more of the writes are refused (default 20)', percentOf)
    .option('--allow <rails>', `guard rails that are off this time: ${RAILS.join(', ')}`, railsOf);
}

/** Options of the commands that have to know which column sets which field. */
export function withColumnOptions(command: Command): Command {
  return command
    .option('--match <keys>', `what finds a contact, in order: ${MATCH_KEYS.join(', ')}`, matchKeys)
    .option('--map <column=field>', 'column that sets a field (repeatable)', collectMap);
}

/** The configuration with the flags on top. `env` is the environment that is looked at. */
export function configOf(flags: CommonFlags, env: Environment = process.env): Config {
  const config = loadConfig({
    file: flags.config,
    env,
    flags: {
      'chatwoot.insecure': flags.insecure,
      'chatwoot.ca': flags.ca,
      log_level: flags.logLevel,
      match: flags.match,
      map: flags.map,
      on_missing: flags.onMissing,
      empty_cells: flags.emptyCells,
      trust: flags.trust,
      lookup: flags.lookup,
      // Commander sets it to true by itself when --no-undo is not given; that must not win over the file.
      undo: flags.undo === false ? false : undefined,
      drop_conflicting: flags.dropConflicting,
      max_changed: flags.maxChanged,
      max_failed: flags.maxFailed,
      allow: flags.allow,
      'pace.mode': flags.pace,
      desk_share: flags.deskShare,
      rate: flags.rate,
      concurrency: flags.concurrency,
    },
  });
  return config;
}

/** Letters that survive in an `X-Request-Id` and in a directory name. */
export function runIdOf(text: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_-]{0,79}$/.test(text))
    throw new InvalidArgumentError('Use letters, digits, _ and -, at most 80.');
  return text;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(
        `Give a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ' up'}.`,
      );
    }
    return value;
  };
}

/** `30` or `30%`. */
function percentOf(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1]);
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError('Give percent from 0 to 100.');
  return value;
}

function railsOf(text: string): string[] {
  const rails = text.split(',').map((rail) => rail.trim());
  const unknown = rails.filter((rail) => !(RAILS as readonly string[]).includes(rail));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no guard rail "${unknown.join(', ')}". Use ${RAILS.join(', ')}.`);
  return rails;
}

/** `600` or `600/min`. */
function rateOf(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)(?:\/min)?$/.exec(text.trim())?.[1]);
  if (!(value > 0)) throw new InvalidArgumentError('Give calls a minute, for example 600 or 600/min.');
  return value;
}

function matchKeys(text: string): MatchKey[] {
  const keys = text.split(',').map((key) => key.trim());
  const unknown = keys.filter((key) => !(MATCH_KEYS as readonly string[]).includes(key));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`"${unknown.join(', ')}" finds no contact. Use ${MATCH_KEYS.join(', ')}.`);
  return [...new Set(keys)] as MatchKey[];
}

function collectMap(text: string, before: Record<string, string> = {}): Record<string, string> {
  const cut = text.lastIndexOf('=');
  if (cut <= 0 || cut === text.length - 1)
    throw new InvalidArgumentError('Write COLUMN=FIELD, for example "E-mail=email".');
  return { ...before, [text.slice(0, cut)]: text.slice(cut + 1) };
}
