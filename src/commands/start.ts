import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Rules } from '../chatwoot/version.ts';
import type { Definitions } from '../contact/attribute.ts';
import type { Waiting } from '../pace/desk.ts';
import { type PlannedFile, planFiles, setsCustomAttributes } from '../producer/plan.ts';
import { produce } from '../producer/produce.ts';
import { newRunId } from '../run/runs.ts';
import type { RunOptions, RunState } from '../run/state.ts';
import { openSources } from '../source/file.ts';
import { Console, openLog } from './console.ts';
import type { Engine } from './engine.ts';
import { Refusal } from './failure.ts';
import { RunLease } from './lease.ts';
import { type CommonFlags, configOf, type Environment } from './options.ts';

/** A run that is ready to be read: everything that can be wrong beforehand was checked. */
export interface Started {
  run: string;
  console: Console;
  log: Logger;
  engine: Engine;
  rules: Rules;
  state: RunState;
  /** Where the report goes: absolute, and the same as before when the run is continued. */
  reportDir: string;
  /** Takes the run; waits for the lease of a process that was killed to run out. */
  takeLease: () => Promise<RunLease>;
  /** Reads the source to its end; resolves when every row is safely in Redis. */
  read: (signal: AbortSignal, onProgress?: (rows: number, fraction: number | null) => void) => Promise<void>;
}

/** Where copies of standard input are kept while their run is not finished. */
export function spoolDirOf(config: Config, run: string): string {
  return path.join(config.data_dir, 'runs', run);
}

/**
 * Opens the files, Redis and Chatwoot, in the order in which faults are cheapest to find, and begins or continues the
 * run.
 */
export async function start(
  command: string,
  paths: string[],
  flags: CommonFlags,
  onWaiting: (waiting: Waiting | null) => void,
  env: Environment = process.env,
): Promise<Started> {
  const config = configOf(flags, env);
  const console = new Console({ quiet: flags.quiet });
  const run = flags.runId ?? newRunId(new Date());
  const options: RunOptions = {
    map: config.map,
    match: config.match,
    emptyCells: config.empty_cells,
    limit: flags.limit ?? null,
  };
  const sources = await openSources(paths, spoolDirOf(config, run));
  const files = await planFiles(sources, options);
  sayIgnored(files, console);

  const reportDir = path.resolve(config.report_dir ?? path.join('reports', run));
  const wantsLog = flags.logLevel !== undefined || (env.LOG_LEVEL ?? '') !== '';
  const log = openLog(config, wantsLog ? 'stderr' : { file: path.join(reportDir, 'run.log') });
  // Loaded only now: what is wrong with the files is said in a third of the time.
  const { Engine } = await import('./engine.ts');
  const engine = await Engine.open({
    config,
    log,
    onWaiting,
    warn: (sentence) => console.say(sentence),
  });
  try {
    const rules = await engine.preflight();
    const definitions = setsCustomAttributes(files) ? await engine.definitions() : undefined;
    const state = await begin(engine, run, command, options, files);
    engine.countPreflight(run);
    return {
      run,
      console,
      log,
      engine,
      rules,
      state,
      reportDir: state.reportDir ?? reportDir,
      takeLease: () => RunLease.take(engine.runs, run, randomUUID(), (text) => console.say(text)),
      read: (signal, onProgress) => read(engine, run, files, definitions, signal, onProgress),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function read(
  engine: Engine,
  run: string,
  files: readonly PlannedFile[],
  definitions: Definitions | undefined,
  signal: AbortSignal,
  onProgress: ((rows: number, fraction: number | null) => void) | undefined,
): Promise<void> {
  // Asked again now that the lease is ours: another reader may have gone further meanwhile.
  const state = (await engine.runs.get(run))!;
  if (state.readDone) return;
  const { runs, ledger, intake, mailboxes, jobs, hold } = engine;
  await produce(state, files, {
    runs,
    ledger,
    intake,
    mailboxes,
    jobs,
    hold,
    backlog: () => engine.backlog(),
    highWater: engine.config.high_water,
    definitions,
    signal,
    now: Date.now,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** Finds the run that is to be continued, or begins it. */
async function begin(
  engine: Engine,
  run: string,
  command: string,
  options: RunOptions,
  files: readonly PlannedFile[],
): Promise<RunState> {
  const known = await engine.runs.get(run);
  const asked = files.map(({ path: given, file, sha256 }) => ({
    path: given,
    file: path.resolve(file),
    sha256,
    rows: 0,
  }));
  if (known === undefined) return engine.runs.create(run, command, options, asked);
  const same = known.files.length === files.length && known.files.every((file, i) => file.sha256 === files[i]!.sha256);
  if (!same) {
    throw new Refusal(
      `The run ${run} was begun with other files, or they have changed since. Give the same files, or another --run-id.`,
    );
  }
  if (JSON.stringify(known.options) !== JSON.stringify(options)) {
    throw new Refusal(
      `The run ${run} was begun with other options (match, map, empty cells or limit). Give the same, or another --run-id.`,
    );
  }
  return known;
}

/** Says once which columns set nothing, so that none is dropped silently. */
export function sayIgnored(files: readonly PlannedFile[], console: Console): void {
  for (const { path: given, plan } of files) {
    if (plan.ignored.length === 0) continue;
    const names = plan.ignored.map(({ name, note }) => (note === undefined ? name : `${name} (${note})`));
    console.say(`${given}: ignored columns: ${names.join(', ')}`);
  }
}
