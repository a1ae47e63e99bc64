import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/schema.ts';
import { PROFILE, roleIn } from '../chatwoot/role.ts';
import type { PlannedSource } from '../producer/source.ts';
import { fingerprintOf } from '../source/fingerprint.ts';
import { rowOf, rowsFrom, wholesIn, writeRows } from '../undo/source.ts';
import { Vault } from '../undo/vault.ts';
import { conclude } from './conclude.ts';
import { Refusal } from './failure.ts';
import { journey } from './journey.ts';
import { changesFileOf, spoolDirOf } from './kept.ts';
import { runIdOf } from './option-values.ts';
import { withCommonOptions, withPaceOptions, withRunOptions } from './options.ts';
import { foretell, type PlanFlags, withPlanOptions } from './plan.ts';
import { settleBooks } from './settle-books.ts';
import type { Errand } from './start.ts';
import { withEngine } from './with-engine.ts';

type UndoFlags = PlanFlags & { deleteCreated?: boolean; dryRun?: boolean };

const EXAMPLE = `
Example:
  $ contact-sync undo run_20260102T030405_a1b2 --dry-run
  $ contact-sync undo run_20260102T030405_a1b2`;

/** Declares `undo`. */
export function undoCommand(program: Command): void {
  const command = program
    .command('undo')
    .argument('<run>', 'the run that is taken back', runIdOf)
    .description('put back what a run overwrote, field by field, except where somebody changed the field since');
  withPlanOptions(withRunOptions(withPaceOptions(withCommonOptions(command))))
    .option('--dry-run', 'only show what would be put back')
    .option('--delete-created', 'delete the contacts that the run created and nobody changed since')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, flags: UndoFlags) => {
      process.exitCode = await undo(run, flags);
    });
}

async function undo(undone: string, flags: UndoFlags): Promise<number> {
  // Whatever the run ended last is written down before it is read.
  await settleBooks(undone, flags);
  if (flags.deleteCreated === true) await refuseAgents(flags);
  const errand = {
    command: 'undo',
    flags,
    sources: overwritten(undone, flags),
    options: { trust: 'live' as const, of: undone },
  };
  if (flags.dryRun === true) {
    const said = process.argv.slice(2).filter((word) => word !== 'undo');
    return foretell(errand, flags, said);
  }
  return journey(errand, (started, ended) => conclude(started, ended, flags.json === true));
}

/** Only administrators may delete. An agent's token would be refused with a 401, and hold every process for good. */
async function refuseAgents(flags: UndoFlags): Promise<void> {
  await withEngine(flags, async (engine) => {
    const role = roleIn(await engine.ask(PROFILE), engine.access.accountId);
    if (role === undefined || role === 'administrator') return;
    throw new Refusal(
      "The token is an agent's, and only administrators may delete contacts. Set CHATWOOT_API_ACCESS_TOKEN to an administrator's, or undo without --delete-created.",
    );
  });
}

/** What a run overwrote, as the source of another. */
function overwritten(undone: string, flags: UndoFlags): Errand['sources'] {
  return async (config, run) => {
    const changes = changesFileOf(config, undone);
    if (!existsSync(changes)) throw new Refusal(nothingKept(undone, config, changes));
    const vault = new Vault(config.undo_key);
    const file = path.join(spoolDirOf(config, run), 'undo.ndjson');
    // The rows of a run that is continued must be the same as before.
    if (!existsSync(file)) await writeRows(file, rowsOf(changes, vault, flags.deleteCreated === true), vault);
    const { sha256, size } = await fingerprintOf(file);
    const source: PlannedSource = {
      path: `undo of ${undone}`,
      file,
      sha256,
      size,
      kind: 'changes',
      setsCustomAttributes: false,
      read: (from) => rowsFrom(file, from, vault),
    };
    return [source];
  };
}

async function* rowsOf(changes: string, vault: Vault, deleteCreated: boolean) {
  let line = 0;
  for await (const whole of wholesIn(changes, vault)) {
    line++;
    yield rowOf(line, whole, deleteCreated);
  }
}

function nothingKept(run: string, config: Config, file: string): string {
  return `Nothing is kept of what ${run} overwrote (${file} is not there). It wrote nothing, ran with --no-undo or on another machine, or is older than ${config.undo_for} days. "contact-sync runs" lists the runs.`;
}
