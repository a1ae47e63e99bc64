import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { parse } from 'yaml';
import { FILE_PRESET_NAMES } from '../../config/presets/names.ts';
import { CONFIG } from '../../config/schema.ts';
import { type LookedAtRow, previewText } from '../init/preview.ts';
import { propose } from '../init/propose.ts';
import { configText, type Example, type Place } from '../init/yaml.ts';
import { planFiles } from '../producer/plan.ts';
import { newRunId } from '../run/run-id.ts';
import type { SourceFile } from '../source/file.ts';
import { Console } from './console.ts';
import { Refusal } from './failure.ts';
import { mappingOf } from './file-mapping-of.ts';
import { filesMeant } from './files-meant.ts';
import { firstRows } from './first-rows.ts';
import { type AccessFlags, type FoundAccess, findAccess } from './init-access.ts';
import { gitNote, type NewFile, refuseExisting, writeNew } from './init-files.ts';
import { besidePreset, presetFor } from './init-preset.ts';
import { readingSaid } from './init-reading.ts';
import { spoolDirOf } from './kept.ts';
import { openFiles } from './open-files.ts';
import { wholeNumber } from './option-values.ts';
import { canAsk, prompt } from './prompt.ts';

interface InitFlags extends AccessFlags {
  source: string;
  /** False: none, whatever the file looks like. */
  preset?: string | boolean;
  out: string;
  encoding?: string;
  delimiter?: string;
  yes?: boolean;
  force?: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** Rows that are shown as they would be sent. */
const SHOWN = 5;

const EXAMPLE = `
Examples:
  $ contact-sync init export.csv
  $ contact-sync init export.csv --base-url https://desk.example.com --token-file token.txt --yes`;

/** Declares `init`. */
export function initCommand(program: Command): void {
  program
    .command('init')
    .argument('[file]', 'an export of the CRM; its header and first rows are looked at')
    .description('write contact-sync.yaml and .env by looking at a file and the account; sends nothing')
    .option('--source <name>', 'name of the source in the configuration', 'crm')
    .addOption(
      new Option('--preset <name>', 'known export that the file is (default: recognised)').choices(FILE_PRESET_NAMES),
    )
    .option('--no-preset', 'propose by the names of the columns alone')
    .option('--base-url <url>', 'address of Chatwoot (default: CHATWOOT_BASE_URL)')
    .option(
      '--account-id <n>',
      'number of the account (default: that of the token)',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--token-env <name>', 'variable that holds the token (default: CHATWOOT_API_ACCESS_TOKEN)')
    .option('--token-file <file>', 'file that holds the token')
    .option('--encoding <name>', 'encoding of the file (default: found out)')
    .option('--delimiter <character>', 'what parts the cells (default: found out)')
    .option('--insecure', 'allow plain http to a host that is not this machine')
    .option('--ca <file>', 'certificate authority (PEM) of a private Chatwoot')
    .option('--out <file>', 'the configuration; .env goes beside it', 'contact-sync.yaml')
    .option('--yes', 'do not ask')
    .option('--force', 'write over files that are there')
    .option('--json', 'print exactly one JSON document on standard output')
    .option('--quiet', 'no text for people on standard error')
    .addHelpText('after', EXAMPLE)
    .action(async (file: string | undefined, flags: InitFlags) => {
      process.exitCode = await init(file, flags);
    });
}

async function init(file: string | undefined, flags: InitFlags, env = process.env): Promise<number> {
  const console = new Console(flags);
  const secrets = path.join(path.dirname(flags.out), '.env');
  refuseExisting([flags.out, secrets], flags.force === true);
  if (flags.yes !== true && !canAsk())
    throw new Refusal('Nobody can be asked: standard input is no terminal. Give --yes to write what is proposed.');
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(flags.source))
    throw new Refusal('--source: use small letters, digits and -, at most 40.');
  const access = await findAccess(flags, console, env);
  const place: Place = {
    baseUrl: access.baseUrl,
    accountId: access.accountId,
    insecure: flags.insecure === true,
    ...(flags.ca === undefined ? {} : { ca: flags.ca }),
  };
  const example = file === undefined ? undefined : await lookAtFile(file, flags, access, console);
  const text = configText(place, example);
  if (flags.yes !== true) {
    console.say(`\n${text}`);
    const answer = await prompt(`Write ${flags.out} and ${secrets}? [y/N] `);
    if (!/^(y|yes|j|ja|o|oui|s|si|sí)$/i.test(answer)) {
      console.say('Nothing was written.');
      return 0;
    }
  }
  const files: NewFile[] = [
    { path: flags.out, text, mode: 0o644 },
    { path: secrets, text: envText(flags, access), mode: 0o600 },
  ];
  await writeNew(files, flags.force === true);
  tell(files, example, { console, flags, file, note: gitNote(secrets) });
  return 0;
}

/** The header and the first rows, what they propose, and on a terminal what would be sent of them. */
async function lookAtFile(file: string, flags: InitFlags, access: FoundAccess, console: Console): Promise<Example> {
  const { read, config: all } = readingSaid(flags);
  const run = newRunId(new Date());
  try {
    const [opened] = await openFiles(filesMeant(all, {}, [file]), all, run);
    for (const note of opened!.notes ?? []) console.say(`${file}: ${note}`);
    const { names, rows } = await firstRows(opened!);
    const columns = names.map((name, i) => ({
      name,
      cells: rows.map(({ cells }) => (cells[i] ?? '').trim()).filter((cell) => cell !== '' && cell !== '#N/A'),
    }));
    const proposals = propose(columns, access.definitions);
    const preset = presetFor(names, flags.preset);
    if (preset !== undefined) console.say(`${file}: ${preset.reason}; its preset is proposed (--no-preset: none)`);
    const example = {
      source: flags.source,
      path: path.basename(file),
      rows: rows.length,
      read,
      ...(preset === undefined ? { proposals } : { preset, proposals: besidePreset(proposals, preset.name) }),
    };
    if (flags.yes !== true && canAsk()) await preview(opened!, example, rows, access, console);
    return example;
  } finally {
    // The copy of standard input holds people's data and is needed no more.
    await rm(spoolDirOf(all, run), { recursive: true, force: true });
  }
}

/** Reads what is proposed as a run would read it, and shows the first rows by it. */
async function preview(
  file: SourceFile,
  example: Example,
  rows: readonly LookedAtRow[],
  { definitions, ...place }: FoundAccess,
  console: Console,
): Promise<void> {
  const { sources } = CONFIG.parse(parse(configText({ ...place, insecure: false }, example)));
  const mapping = mappingOf(example.source, sources[example.source]!.file!);
  try {
    const [planned] = await planFiles([file], { map: {}, match: [], emptyCells: 'leave', mapping });
    console.say(
      `The first rows as they would be sent:\n${previewText(planned!.plan!, rows.slice(0, SHOWN), definitions)}`,
    );
  } catch (error) {
    if ((error as Error).name !== 'MappingError') throw error;
    console.say(`As proposed, no row can be sent yet: ${(error as Error).message}`);
  }
}

/** The token, or the file that holds it: never in the configuration, which gets copied and shown. */
function envText({ tokenFile }: InitFlags, { token }: FoundAccess): string {
  const line =
    tokenFile === undefined
      ? `CHATWOOT_API_ACCESS_TOKEN='${token.replaceAll("'", `'\\''`)}'`
      : `CHATWOOT_API_ACCESS_TOKEN_FILE='${path.resolve(tokenFile).replaceAll("'", `'\\''`)}'`;
  return `# Load it with:  set -a; . ./.env; set +a\n${line}\n`;
}

function tell(
  files: readonly NewFile[],
  example: Example | undefined,
  {
    console,
    flags,
    file,
    note,
  }: { console: Console; flags: InitFlags; file: string | undefined; note: string | undefined },
): void {
  const paths = files.map((file) => file.path);
  if (flags.json === true) {
    const { columns = [], fields = [], match = [] } = example?.proposals ?? {};
    console.document({
      written: paths,
      source: example?.source ?? null,
      preset: example?.preset?.name ?? null,
      rows: example?.rows ?? 0,
      match,
      columns,
      fields,
    });
  }
  console.say(`Written: ${paths.join(', ')} (only you can read the second). Read each line, then:`);
  console.say('  set -a; . ./.env; set +a');
  console.say(
    example === undefined ? '  contact-sync check' : `  contact-sync check --source ${example.source} --file ${file}`,
  );
  if (note !== undefined) console.say(note);
}
