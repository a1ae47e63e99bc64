import type { Command } from 'commander';
import { statusOf } from '../run/state.ts';
import { Console } from './console.ts';
import { type CommonFlags, withCommonOptions } from './options.ts';
import { known } from './status.ts';
import { withEngine } from './with-engine.ts';

/** Declares `pause`. */
export function pauseCommand(program: Command): void {
  withCommonOptions(program.command('pause'))
    .description('hold all calls of all runs until resume')
    .addHelpText('after', '\nExample:\n  $ contact-sync pause')
    .action(async (flags: CommonFlags) => {
      await withEngine(flags, (engine) => engine.replicas.keep(() => engine.limiter.pause()));
      answer(flags, { paused: true }, 'Paused: no call is made until you say: contact-sync resume');
    });
}

/** Declares `resume`. */
export function resumeCommand(program: Command): void {
  withCommonOptions(program.command('resume'))
    .description('go on after pause, or try at once after an outage or a refused token')
    .addHelpText('after', '\nExample:\n  $ contact-sync resume')
    .action(async (flags: CommonFlags) => {
      await withEngine(flags, (engine) => engine.replicas.keep(() => engine.limiter.resume()));
      answer(flags, { paused: false }, 'Going on.');
    });
}

/** Declares `cancel`. */
export function cancelCommand(program: Command): void {
  withCommonOptions(program.command('cancel').argument('<run>', 'the run to stop'))
    .description('stop one run: rows that are not written yet end as cancelled')
    .addHelpText('after', '\nExample:\n  $ contact-sync cancel run_20260102T030405_a1b2')
    .action(async (run: string, flags: CommonFlags) => {
      const state = await withEngine(flags, async (engine) => {
        const before = await known(engine, run);
        if (before.finishedAt === null) await engine.replicas.keep(() => engine.runs.cancel(run));
        return before;
      });
      const over = state.finishedAt !== null;
      const text = over
        ? `${run} is over already; nothing to cancel.`
        : `Cancelled ${run}: its rows that are not written yet end as cancelled.`;
      answer(flags, { run, cancelled: !over, status: over ? statusOf(state) : 'cancelled' }, text);
    });
}

function answer(flags: CommonFlags, document: unknown, text: string): void {
  const console = new Console(flags);
  if (flags.json === true) console.document(document);
  else console.say(text);
}
