import { type Command, Option } from 'commander';
import { type ConfigSources, loadConfig, loadConfigs } from '../../config/load.ts';
import { FILE_PRESET_NAMES, type FilePresetName } from '../../config/presets/names.ts';
import { type Config, RAILS } from '../../config/schema.ts';
import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';
import { collectMap, matchKeys, percentOf, railsOf, rateOf, runIdOf, wholeNumber } from './option-values.ts';

/** What every command was given, as commander hands it over. */
export interface CommonFlags {
  config?: string;
  account?: string;
  /** Set by a command that speaks of all accounts when none is named. */
  anyAccount?: boolean;
  logLevel?: string;
  json?: boolean;
  quiet?: boolean;
  yes?: boolean;
  insecure?: boolean;
  ca?: string;
  match?: MatchKey[];
  map?: Record<string, string>;
  encoding?: string;
  delimiter?: string;
  headerEnv?: string;
  onMissing?: string;
  emptyCells?: string;
  source?: string;
  preset?: FilePresetName;
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

/** Options of every command that speaks of one account. */
export function withCommonOptions(command: Command): Command {
  return withGeneralOptions(command).option(
    '--account <name>',
    'account of the configuration (default: under chatwoot)',
  );
}

/** Options of the commands that go on until they are told to stop: they speak of all accounts. */
export function withLastingOptions(command: Command): Command {
  return withGeneralOptions(command).option(
    '--account <name>',
    'only this account of the configuration (repeatable; default: all)',
    (name: string, before: string[] = []) => [...before, name],
  );
}

function withGeneralOptions(command: Command): Command {
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

/** The option of the commands that read files of a CRM. */
export function withSourceOption(command: Command): Command {
  return withPresetOption(
    command.option('--source <name>', 'source of the configuration whose files these are: its file section holds'),
  );
}

/** The option of the commands that know an export by its name. */
export function withPresetOption(command: Command): Command {
  return command.addOption(
    new Option('--preset <name>', 'the export that the files are').choices([...FILE_PRESET_NAMES]),
  );
}

/** Options of the commands that have to know which column sets which field. */
export function withColumnOptions(command: Command): Command {
  return command
    .option('--match <keys>', `what finds a contact, in order: ${MATCH_KEYS.join(', ')}`, matchKeys)
    .option('--map <column=field>', 'column that sets a field (repeatable)', collectMap)
    .option('--encoding <name>', 'encoding of the files, for example windows-1252 (default: found out)')
    .option('--delimiter <character>', 'what parts the cells: one character, or tab (default: found out)')
    .option('--header-env <name>', 'variable with the header that an https:// source is asked with');
}

/** The configuration with the flags on top, as the account has it that is meant. `env` is the environment that is looked at. */
export function configOf(flags: CommonFlags, env: Environment = process.env): Config {
  return loadConfig({ ...sourcesOf(flags, env), account: flags.account, any: flags.anyAccount });
}

/** What a command was given that speaks of several accounts. */
export type LastingFlags = Omit<CommonFlags, 'account'> & { account?: string[] };

/** The configuration as each account has it that is meant; what one lacks to be talked to is not looked at. */
export function configsOf(flags: LastingFlags): Config[] {
  return loadConfigs({ ...sourcesOf(flags, process.env), accounts: flags.account });
}

function sourcesOf(flags: Omit<CommonFlags, 'account'>, env: Environment): ConfigSources {
  return {
    file: flags.config,
    env,
    flags: {
      'chatwoot.insecure': flags.insecure,
      'chatwoot.ca': flags.ca,
      log_level: flags.logLevel,
      match: flags.match,
      map: flags.map,
      encoding: flags.encoding,
      delimiter: flags.delimiter,
      'download.header_env': flags.headerEnv,
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
  };
}
