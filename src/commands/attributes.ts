import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import pino from 'pino';
import { Column } from '../attributes/column.ts';
import { lineOf, needsAttention } from '../attributes/compare.ts';
import { type Examined, examine } from '../attributes/examine.ts';
import { attributesText } from '../attributes/text.ts';
import type { Ask } from '../chatwoot/preflight.ts';
import type { Definitions } from '../contact/attribute.ts';
import { attributeOf } from '../contact/field.ts';
import { nearest } from '../mapping/nearest.ts';
import { showing } from '../mapping/shown.ts';
import { planFiles } from '../producer/plan.ts';
import type { PlannedSource } from '../producer/source.ts';
import { counted } from '../report/number.ts';
import { newRunId } from '../run/run-id.ts';
import { Console } from './console.ts';
import type { Engine } from './engine.ts';
import { CannotRun } from './failure.ts';
import { columnSettings } from './file-mapping-of.ts';
import { filesMeant } from './files-meant.ts';
import { spoolDirOf } from './kept.ts';
import { openFiles } from './open-files.ts';
import {
  type CommonFlags,
  configOf,
  withColumnOptions,
  withCommonOptions,
  withRateOption,
  withSourceOption,
} from './options.ts';
import { sayIgnored } from './say-ignored.ts';

type AttributesFlags = CommonFlags & { create?: boolean; find?: boolean };

const EXAMPLE = `
Examples:
  $ contact-sync attributes contacts.csv
  $ contact-sync attributes contacts.csv --map "Tarif=custom_attributes.plan" --create`;

/** Declares `attributes`. */
export function attributesCommand(program: Command): void {
  const command = program
    .command('attributes')
    .argument('[file]', 'a CSV file; - reads standard input (default: url of the source)')
    .description(
      "compare a file's custom attributes with the account's definitions; without --create nothing is written",
    );
  withColumnOptions(withSourceOption(withRateOption(withCommonOptions(command))))
    .option('--create', 'define what is missing, with the type that the column shows')
    .option('--find', 'name the contacts that break a filter; reads the whole account')
    .addHelpText('after', EXAMPLE)
    .action(async (file: string | undefined, flags: AttributesFlags) => {
      process.exitCode = await attributes(file, flags);
    });
}

/** Compares, says what it found, and returns the exit code: 0 all well, 1 something to do, 3 it did not get to the end. */
async function attributes(given: string | undefined, flags: AttributesFlags): Promise<number> {
  const config = configOf(flags);
  const console = new Console(flags);
  const run = newRunId(new Date());
  const copies = spoolDirOf(config, run);
  try {
    const columns = columnSettings(config, flags);
    const meant = filesMeant(config, flags, given === undefined ? [] : [given]);
    const planned = await planFiles(await openFiles(meant, config, run), columns);
    sayIgnored(planned, console);
    if (!planned.some((file) => file.setsCustomAttributes)) return nothingToCompare(flags, console);
    // Loaded only now: what is wrong with the file is said sooner.
    const { Engine } = await import('./engine.ts');
    const log = pino({ level: 'silent' });
    const engine = await Engine.open({ config, log, warn: (sentence) => console.say(sentence) });
    try {
      return await compare(engine, planned[0]!, flags, console);
    } finally {
      await engine.close();
    }
  } finally {
    // The copy of standard input holds people's data and is needed no more.
    await rm(copies, { recursive: true, force: true });
  }
}

function nothingToCompare(flags: AttributesFlags, console: Console): number {
  if (flags.json === true) console.document({ attributes: [], created: [], calls: 0 });
  else console.print('No column sets a custom attribute. Map one with --map COLUMN=custom_attributes.<key>.');
  return 0;
}

async function compare(engine: Engine, file: PlannedSource, flags: AttributesFlags, console: Console): Promise<number> {
  const { version } = await engine.preflight();
  const definitions = await engine.definitions();
  if (definitions === undefined) {
    throw new CannotRun(
      'Chatwoot does not tell its attribute definitions. Check that the token belongs to an agent or administrator of the account, then give the same command again.',
    );
  }
  const columns = await readColumns(file, definitions, console);
  const examined = await examine(columns, {
    ask: patient(engine, console),
    requests: engine.requests,
    version,
    create: flags.create === true,
    find: flags.find === true,
    onSearch: (contacts, calls) =>
      console.say(`Looking through ${counted(contacts, 'contact')}, 15 at a time: ${counted(calls, 'call')}.`),
    pause: (ms) => sleep(ms),
  });
  tell(examined, engine, definitions, flags, console);
  if (examined.stopped !== undefined) {
    console.fail(`Stopped: ${examined.stopped}`);
    return 3;
  }
  return examined.findings.some(needsAttention) ? 1 : 0;
}

/** Streams the file through its columns; what is no sound record is left to `sync` to report. */
async function readColumns(file: PlannedSource, definitions: Definitions, console: Console): Promise<Column[]> {
  const found = file.plan!.columns.flatMap((planned) => {
    const attribute = attributeOf(planned.field);
    if (attribute?.object !== 'custom_attributes') return [];
    const shown = showing(file.plan!, planned);
    return [{ shown, column: new Column(attribute.key, planned.name, definitions.get(attribute.key)) }];
  });
  let unread = 0;
  for await (const records of file.read(0)) {
    for (const record of records) {
      if ('fault' in record) unread++;
      else if ('cells' in record) {
        for (const { shown, column } of found) {
          const text = shown(record.cells);
          if (text !== undefined) column.add(text, record.line);
        }
      }
    }
  }
  if (unread > 0) console.say(`${counted(unread, 'row')} could not be read and count nowhere here; sync names them.`);
  return found.map(({ column }) => column);
}

function tell(
  { findings, searchCalls }: Examined,
  engine: Engine,
  definitions: Definitions,
  flags: AttributesFlags,
  console: Console,
): void {
  const { baseUrl, accountId } = engine.access;
  const contactUrl = (id: number) => `${baseUrl}/app/accounts/${accountId}/contacts/${id}`;
  const calls = engine.asked;
  if (flags.json === true) {
    const created = findings.filter((finding) => finding.created).map(({ column }) => column.key);
    console.document({ attributes: findings.map((one) => lineOf(one, contactUrl)), created, calls });
    return;
  }
  const near = (key: string) => nearest(key, [...definitions.keys()]);
  console.print(attributesText(findings, { searchCalls, near, contactUrl, calls }, console.text(process.stdout)));
}

/** Sends through the limiter, and holds while the operator or an outage holds all calls: reading an account is in no hurry. */
function patient(engine: Engine, console: Console): Ask {
  let said = false;
  return async (request) => {
    while (await engine.limiter.held()) {
      if (!said) console.say('All calls are held; going on when they are let go. See why with: contact-sync status');
      said = true;
      await sleep(1000);
    }
    return engine.ask(request);
  };
}
