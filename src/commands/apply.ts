import type { Command } from 'commander';
import { accessOf } from '../../config/access.ts';
import type { Change } from '../contact/change.ts';
import { MATCH_KEYS, type Place } from '../contact/change.ts';
import type { PlanEntry } from '../plan/entry.ts';
import { PlanReader } from '../plan/read.ts';
import type { PlannedSource, SourceRow } from '../producer/source.ts';
import { conclude } from './conclude.ts';
import { journey } from './journey.ts';
import { type CommonFlags, withCommonOptions, withPaceOptions, withRunOptions } from './options.ts';
import type { Errand } from './start.ts';

const EXAMPLE = `
Example:
  $ contact-sync plan contacts.csv --out plan.ndjson
  $ contact-sync apply plan.ndjson`;

/** Entries that are read at once. */
const BATCH = 100;

/** Declares `apply`. */
export function applyCommand(program: Command): void {
  const command = program
    .command('apply')
    .argument('<plan>', 'a file that plan --out wrote')
    .description('do what a plan says and nothing else; a contact that changed since is left alone');
  withRunOptions(withPaceOptions(withCommonOptions(command)))
    .option('--no-undo', 'keep no former values')
    .addHelpText('after', EXAMPLE)
    .action(async (file: string, flags: CommonFlags) => {
      process.exitCode = await apply(file, flags);
    });
}

async function apply(file: string, flags: CommonFlags): Promise<number> {
  // Whether contacts are created was decided when the plan was made.
  const options = { trust: 'live', onMissing: 'create' } as const;
  const errand = { command: 'apply', flags, sources: planFile(file), options };
  return journey(errand, (started, ended) => conclude(started, ended, flags.json === true));
}

/** A plan as the source of a run: each entry is a change that is made only if the contact is still as it was planned for. */
function planFile(file: string): Errand['sources'] {
  return async (config) => {
    const reader = await PlanReader.open(file, accessOf(config));
    const source: PlannedSource = {
      path: file,
      file,
      sha256: reader.sha256,
      size: reader.size,
      kind: 'changes',
      setsCustomAttributes: false,
      read: (from) => batches(reader, from),
    };
    return [source];
  };
}

async function* batches(reader: PlanReader, from: number): AsyncGenerator<SourceRow[]> {
  let batch: SourceRow[] = [];
  for await (const { line, entry } of reader.entries(from)) {
    batch.push({ line, change: changeOf(entry) });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function changeOf(entry: PlanEntry): Omit<Change, keyof Place> {
  const patch = Object.fromEntries(entry.changes.map(({ field, after }) => [field, after]));
  if (entry.outcome === 'created') {
    const match = MATCH_KEYS.filter((key) => entry.keys[key] !== undefined);
    return { keys: entry.keys, match, patch, expect: { of: 'nobody', held: {} } };
  }
  const held = Object.fromEntries(
    entry.changes.flatMap(({ field, before }) => (before === undefined ? [] : [[field, before]])),
  );
  // Its e-mail finds it cheaply; the id says whether it is the one that was meant.
  const keys = { ...entry.keys, id: String(entry.contact_id) };
  return { keys, match: ['id'], patch, expect: { of: 'whole', held } };
}
