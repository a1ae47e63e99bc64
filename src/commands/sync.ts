import type { Command } from 'commander';
import type { Waiting } from '../pace/desk.ts';
import { createProgress } from '../report/progress.ts';
import { Drain } from '../run/drain.ts';
import { conclude } from './conclude.ts';
import { closeLog } from './console.ts';
import type { Workers } from './engine.ts';
import { type Ended, follow } from './follow.ts';
import type { RunLease } from './lease.ts';
import { type CommonFlags, type Environment, withCommonOptions, withPaceOptions, withRowOptions } from './options.ts';
import { onSignals } from './signals.ts';
import { start } from './start.ts';

const EXAMPLE = `
Example:
  $ contact-sync sync contacts.csv --match email
  $ crm-export | contact-sync sync - --map "E-Mail=email" --map "Tarif=custom_attributes.plan"`;

/** Declares `sync`: the main job, from file to report. */
export function syncCommand(program: Command): void {
  const command = program
    .command('sync')
    .argument('<file...>', 'CSV files; - reads standard input')
    .description('the main job: read, match, compare, write, wait, report');
  withRowOptions(withPaceOptions(withCommonOptions(command)))
    .addHelpText('after', EXAMPLE)
    .action(async (files: string[], flags: CommonFlags) => {
      process.exitCode = await sync(files, flags);
    });
}

/** How long calls that are under way may take after the first signal, in milliseconds. */
const GRACE_MS = 15_000;

/** Runs the whole journey and returns the exit code. */
export async function sync(paths: string[], flags: CommonFlags, env: Environment = process.env): Promise<number> {
  let waiting: Waiting | null = null;
  const onWaiting = (now: Waiting | null) => {
    waiting = now;
  };
  // From the first moment on: once its run has begun, it comes to a tidy end whenever it is told to.
  const signals = onSignals({ preparing: true });
  const started = await start('sync', paths, flags, onWaiting, env);
  signals.begun();
  const { engine, run, reportDir, console, log } = started;
  let workers: Workers | undefined;
  let lease: RunLease | undefined;
  try {
    // Before the lease: what a killed process left behind goes on while its lease runs out.
    workers = await engine.startWorkers(started.rules);
    const { pool, chores } = workers;
    const held = await started.takeLease();
    lease = held;
    const drain = await Drain.open(engine.runs, started.state, reportDir);
    const progress = createProgress(process.stderr, { now: Date.now, quiet: console.quiet });
    const reading = new AbortController();
    let fraction: number | null = null;
    let fault: unknown;
    const producing = started
      .read(reading.signal, (_rows, part) => {
        fraction = part ?? fraction;
      })
      .then(async () => {
        await held.stoppedReading();
        await chores.flush();
      })
      .catch((error: unknown) => {
        if (!reading.signal.aborted) fault = error;
      });
    let ended: Ended;
    try {
      ended = await follow({
        run,
        engine,
        drain,
        progress,
        fraction: () => fraction,
        waiting: () => waiting,
        signal: signals.signal,
        failed: () => fault,
      });
    } finally {
      progress.finish();
      reading.abort();
      engine.letGo();
      await Promise.all([pool.stop(GRACE_MS), chores.stop(), producing]);
    }
    // What workers settled while they were stopped belongs into the report too.
    if (ended.how === 'finished' || (ended.how === 'interrupted' && !engine.letGo())) await drain.step();
    await drain.close();
    return await conclude({ engine, run, reportDir, ended, console, json: flags.json === true });
  } finally {
    signals.end();
    await workers?.pool.stop(0);
    await workers?.chores.stop();
    await lease?.release().catch(() => undefined);
    await engine.close();
    await closeLog(log);
  }
}
