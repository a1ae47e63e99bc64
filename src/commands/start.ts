import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Rules } from '../chatwoot/version.ts';
import { Remarks } from '../mapping/remarks.ts';
import type { Waiting } from '../pace/gate.ts';
import { planFiles } from '../producer/plan.ts';
import type { PlannedSource } from '../producer/source.ts';
import { ownerOf } from '../report/claim.ts';
import type { Books } from '../run/drain.ts';
import { newRunId } from '../run/run-id.ts';
import type { RunOptions, RunState } from '../run/state.ts';
import { accountIn } from './account-in.ts';
import { asBegun } from './as-begun.ts';
import { begin } from './begin.ts';
import { refuseOwned } from './claim.ts';
import { Console, openLog } from './console.ts';
import type { Engine } from './engine.ts';
import { columnSettings } from './file-mapping-of.ts';
import { filesMeant } from './files-meant.ts';
import { forgetPlan, forgetPlanFiles } from './forget-plan.ts';
import { booksOf, planBooks, reportDirOf, spoolDirOf } from './kept.ts';
import { RunLease } from './lease.ts';
import { openFiles } from './open-files.ts';
import { type CommonFlags, configOf, type Environment } from './options.ts';
import { proposePreset } from './propose-preset.ts';
import { type Dialects, dialectsAsBegun } from './read-as-begun.ts';
import { readSource } from './read-source.ts';
import { sayIgnored } from './say-ignored.ts';
import { sayRemarks } from './say-remarks.ts';

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
  /** Where its outcomes are written down. */
  books: Books;
  /** Takes the run; waits for the lease of a process that was killed to run out. */
  takeLease: () => Promise<RunLease>;
  /** Reads the source to its end; resolves when every row is safely in Redis. What was left out of its cells is said then. */
  read: (signal: AbortSignal, hears?: Partial<ReadingEars>) => Promise<void>;
}

/** Who hears how far reading has come, and what has to be said of it. */
interface ReadingEars {
  onProgress: (rows: number, fraction: number | null) => void;
  /** Prints a sentence; standard error where nothing else is said. */
  say: (sentence: string) => void;
}

/** What a run is about: what it reads, and how. */
export interface Errand {
  command: string;
  flags: CommonFlags;
  /** Opens and checks everything that is read; `dialects`: as it was read before, when a run goes on. */
  sources: (config: Config, run: string, options: RunOptions, dialects?: Dialects) => Promise<PlannedSource[]>;
  /** What is not as the configuration says. */
  options?: Partial<RunOptions>;
  /** Only foresees what would be done. */
  planning?: boolean;
  /** Whether rows of which nothing is to be done have a line each, too; true unless said otherwise. */
  everyRow?: boolean;
  /** Called when everything that can be wrong beforehand was checked. */
  onStarted?: (started: Started) => Promise<void>;
  onWaiting: (waiting: Waiting | null) => void;
  /** Told why reading pauses for want of room in Redis, and null when it goes on. */
  onHeldBack?: (why: string | null) => void;
  env?: Environment | undefined;
}

/** CSV files as the source of a run. */
export function csvFiles(paths: string[], flags: CommonFlags): Errand['sources'] {
  return async (config, run, options, dialects) =>
    planFiles(
      await openFiles(filesMeant(config, flags, paths), config, run, { dialects }),
      options,
      proposePreset(options),
    );
}

/**
 * Opens the files, Redis and Chatwoot, in the order in which faults are cheapest to find, and begins or continues the
 * run.
 */
export async function start(errand: Errand): Promise<Started> {
  const { command, flags, onWaiting, planning = false, env = process.env } = errand;
  const config = configOf(flags, env);
  const console = new Console({ quiet: flags.quiet });
  const run = flags.runId ?? newRunId(new Date());
  await forgetPlanFiles(config, Date.now());
  let options: RunOptions = {
    ...accountIn(config),
    ...columnSettings(config, flags),
    limit: flags.limit ?? null,
    onMissing: config.on_missing,
    trust: config.trust,
    undo: config.undo,
    dropConflicting: config.drop_conflicting,
    maxChanged: config.max_changed,
    maxFailed: config.max_failed,
    allow: config.allow,
    ...errand.options,
  };
  const reportDir = flags.reportDir === undefined ? reportDirOf(config, run) : path.resolve(flags.reportDir);
  const goesOn = flags.runId !== undefined && (await ownerOf(reportDir)) === run;
  let fault: unknown;
  const found = await errand.sources(config, run, options).catch((error: unknown) => {
    if (!goesOn) throw error;
    // It may be only what is configured by now that does not fit.
    fault = error;
    return undefined;
  });
  sayIgnored(found ?? [], console);

  const wantsLog = flags.logLevel !== undefined || (env.LOG_LEVEL ?? '') !== '';
  const logDir = planning ? spoolDirOf(config, run) : reportDir;
  if (!planning) await refuseOwned(reportDir, run);
  // A plan is of one moment: nobody reads its log afterwards.
  const quiet = planning && !wantsLog;
  const log = openLog(
    quiet ? { ...config, log_level: 'silent' } : config,
    wantsLog ? 'stderr' : { file: path.join(logDir, 'run.log') },
  );
  // Loaded only now: what is wrong with the files is said in a third of the time.
  const { Engine } = await import('./engine.ts');
  const engine = await Engine.open({
    config,
    log,
    onWaiting,
    plan: planning ? run : undefined,
    warn: (sentence) => console.say(sentence),
  });
  try {
    const known = await engine.runs.get(run);
    const before = asBegun(known, options);
    const dialects = dialectsAsBegun(known, found, {
      encoding: flags.encoding === undefined ? undefined : config.encoding,
      delimiter: flags.delimiter === undefined ? undefined : config.delimiter,
    });
    const again = before !== undefined || dialects !== undefined;
    options = before ?? options;
    const files = again ? await errand.sources(config, run, options, dialects) : found;
    if (files === undefined) throw fault;
    const rules = await engine.preflight();
    const definitions = files.some((file) => file.setsCustomAttributes) ? await engine.definitions() : undefined;
    const beginning = { run, command, options, files, reportDir };
    let begun = await engine.replicas.keep(() => begin(engine, beginning));
    // Begun on a server that is gone, it may not be known to the one that took over.
    while (begun.kept === 'in-doubt') begun = await engine.replicas.keep(() => begin(engine, beginning));
    const state = begun.value;
    // Kept when it is read once more, so that no row is counted twice.
    const remarks = new Remarks();
    engine.countPreflight(run);
    return {
      run,
      console,
      log,
      engine,
      rules,
      state,
      reportDir: state.reportDir ?? reportDir,
      books: planning ? planBooks(config, run) : booksOf(config, run, state.reportDir ?? reportDir),
      takeLease: () => RunLease.take(engine.runs, run, randomUUID(), (text) => console.say(text)),
      read: async (
        signal,
        { onProgress = () => undefined, say = (sentence: string) => console.say(sentence) } = {},
      ) => {
        const { everyRow = true, onHeldBack = () => undefined } = errand;
        const reading = { files, definitions, everyRow, remarks, signal, onProgress, onHeldBack };
        // When it is stopped as well: whoever continues it does not read those rows again.
        await readSource(engine, run, reading).finally(() => sayRemarks(remarks, files, { run, log, say }));
      },
    };
  } catch (error) {
    if (planning) await forgetPlan({ engine, run }).catch(() => undefined);
    await engine.close();
    throw error;
  }
}
