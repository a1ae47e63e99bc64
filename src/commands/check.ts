import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import pino from 'pino';
import { accessOf, namesOf } from '../../config/access.ts';
import type { Config } from '../../config/schema.ts';
import { type CheckedDesk, checkDesk } from '../check/desk.ts';
import { type CheckedFile, definitionFindings, describeFile, rowFindings, totalOf } from '../check/file.ts';
import type { Finding, Part } from '../check/finding.ts';
import { checkRows } from '../check/rows.ts';
import { checkText } from '../check/text.ts';
import type { Definitions } from '../contact/attribute.ts';
import { planFiles } from '../producer/plan.ts';
import { newRunId } from '../run/run-id.ts';
import { Console } from './console.ts';
import { explain } from './explain.ts';
import { columnSettings } from './file-mapping-of.ts';
import { filesMeant, knowsItsFile } from './files-meant.ts';
import { spoolDirOf } from './kept.ts';
import { openFiles } from './open-files.ts';
import { type CommonFlags, configOf, withColumnOptions, withCommonOptions, withSourceOption } from './options.ts';
import { askerOf } from './plain-asker.ts';

type CheckFlags = CommonFlags & { file?: string };

const EXAMPLE = `
Examples:
  $ contact-sync check
  $ contact-sync check --file contacts.csv --source hubspot`;

/** Declares `check`. */
export function checkCommand(program: Command): void {
  const command = program
    .command('check')
    .description('look at configuration, Redis, Chatwoot, token, rights, definitions, and at a file; writes nothing');
  withSourceOption(withColumnOptions(withCommonOptions(command)))
    .option(
      '--file <file>',
      'a file to read through, without sending anything; - reads standard input (default: url of the source)',
    )
    .addHelpText('after', EXAMPLE)
    .action(async (flags: CheckFlags) => {
      process.exitCode = await check(flags);
    });
}

/** What has been found so far. */
class Check {
  readonly findings: Finding[] = [];
  readonly codes = new Set<1 | 2 | 3>();
  redis: { server: string; version: string } | undefined;
  desk: CheckedDesk | undefined;
  file: CheckedFile | undefined;

  /** Looks at a part; what keeps a run from beginning is found, not thrown. A fault of this program is thrown on. */
  async part<T>(part: Part, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      const { text, code } = explain(error);
      if (text.includes('This is a fault of contact-sync')) throw error;
      const { faults = [text] } = error as { faults?: readonly (string | { message: string })[] };
      for (const fault of faults)
        this.findings.push({ part, level: 'fault', message: typeof fault === 'string' ? fault : fault.message });
      this.codes.add(code);
      return undefined;
    }
  }

  /** Settings come first: whoever mends them may find all else well. */
  get code(): number {
    return ([2, 3, 1] as const).find((code) => this.codes.has(code)) ?? 0;
  }
}

/** Looks at everything and returns the exit code: 0 well, 1 rows are wrong, 2 settings or mapping, 3 Redis or Chatwoot. */
async function check(flags: CheckFlags): Promise<number> {
  const console = new Console(flags);
  const found = new Check();
  const config = await found.part('configuration', async () => {
    const config = configOf(flags);
    columnSettings(config, flags);
    return config;
  });
  if (config !== undefined) await lookAt(config, flags, found);
  const { findings, file, desk, redis } = found;
  if (flags.json === true) {
    const { version, tls, role } = desk ?? {};
    console.document({
      ok: found.code === 0,
      exit_code: found.code,
      findings,
      ...(redis && { redis }),
      ...(desk && { chatwoot: { version, tls, role: role ?? null, definitions: desk.definitions?.size ?? null } }),
      ...(file && { file }),
    });
  } else console.print(checkText(findings, file, console.text(process.stdout)));
  return found.code;
}

async function lookAt(config: Config, flags: CheckFlags, found: Check): Promise<void> {
  const access = await found.part('configuration', async () => accessOf(config));
  if (access !== undefined) {
    const message = `holds no fault; account ${access.accountId} of ${access.baseUrl}`;
    found.findings.push({ part: 'configuration', level: 'ok', message });
  }
  found.redis = await found.part('redis', () => lookAtRedis(config, found.findings));
  if (access !== undefined)
    found.desk = await found.part('chatwoot', async () => {
      const { ask, definitions, privateAuthority, close } = askerOf(config, access);
      try {
        const { baseUrl, accountId } = access;
        return await checkDesk({
          ask,
          baseUrl,
          accountId,
          definitions,
          privateAuthority,
          names: namesOf(config.account),
        });
      } finally {
        close();
      }
    });
  found.findings.push(...(found.desk?.findings ?? []));
  const given = flags.file === undefined ? [] : [flags.file];
  if (given.length > 0 || knowsItsFile(config, flags))
    found.file = await found.part('file', () => lookAtFile(given, config, flags, found));
  const { map, mapping } = columnSettings(config, flags);
  const said = [...Object.values(map), ...(mapping?.rules ?? []).map(({ field }) => field)];
  const fields = found.file?.columns.map(({ field }) => field) ?? said;
  const definitions = found.desk?.definitions;
  if (definitions !== undefined) {
    const at = found.findings.findLastIndex(({ part }) => part === 'definitions');
    found.findings.splice(at + 1, 0, ...definitionFindings(fields, definitions));
  }
}

async function lookAtRedis(config: Config, findings: Finding[]): Promise<{ server: string; version: string }> {
  // Loaded only now: what is wrong with the configuration is said sooner.
  const [{ openRedis }, { guard }] = await Promise.all([import('./open-redis.ts'), import('../redis/guard.ts')]);
  const warnings: Finding[] = [];
  const warn = (message: string) => warnings.push({ part: 'redis', level: 'warning', message });
  const { redis, leave } = await openRedis(config, pino({ level: 'silent' }), warn);
  try {
    const { server, version } = await guard(redis);
    const which = config.redis.url === undefined ? ', a local one that is started when it is needed' : '';
    findings.push(
      { part: 'redis', level: 'ok', message: `${server} ${version}${which}; it evicts nothing` },
      ...warnings,
    );
    return { server, version };
  } finally {
    redis.disconnect();
    await leave();
  }
}

async function lookAtFile(given: string[], config: Config, flags: CheckFlags, found: Check): Promise<CheckedFile> {
  const run = newRunId(new Date());
  try {
    const [planned] = await planFiles(
      await openFiles(filesMeant(config, flags, given), config, run),
      columnSettings(config, flags),
    );
    const file = planned!;
    const definitions: Definitions | undefined = file.setsCustomAttributes ? found.desk?.definitions : undefined;
    const checked = describeFile(file, await checkRows(file, definitions));
    const { encoding, format, gzip } = checked;
    const sign = checked.delimiter === '\t' ? 'tab' : checked.delimiter;
    const parted = format === 'csv' ? `, cells parted by ${sign}` : '';
    found.findings.push({
      part: 'file',
      level: 'ok',
      message: `${file.path}: ${format} in ${encoding}${parted}${gzip ? ', packed with gzip' : ''}`,
    });
    for (const note of file.notes ?? [])
      found.findings.push({ part: 'file', level: 'note', message: `${file.path}: ${note}` });
    if (file.setsCustomAttributes && definitions === undefined)
      found.findings.push({
        part: 'file',
        level: 'note',
        message: `${file.path}: without the account's definitions custom attributes were checked as text only`,
      });
    found.findings.push(...rowFindings(checked));
    if (totalOf(checked.invalid) > 0) found.codes.add(1);
    return checked;
  } finally {
    // The copy of standard input holds people's data and is needed no more.
    await rm(spoolDirOf(config, run), { recursive: true, force: true });
  }
}
