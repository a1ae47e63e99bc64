import type { Command } from 'commander';
import type { Limiter } from '../pace/limiter.ts';
import { keysOf } from '../redis/keys.ts';
import { statusOf } from '../run/state.ts';
import { Console } from './console.ts';
import { limiterOf } from './limiter-of.ts';
import { type CommonFlags, withCommonOptions } from './options.ts';
import { known } from './status.ts';
import { withEngine } from './with-engine.ts';

/** Declares `pause`. */
export function pauseCommand(program: Command): void {
  withCommonOptions(program.command('pause'))
    .description('hold all calls of all runs until resume; with --account those of that account')
    .addHelpText('after', '\nExample:\n  $ contact-sync pause')
    .action(async (flags: CommonFlags) => {
      await onLimiters(flags, (limiter, what) => limiter.pause(what));
      const [whose, again] = wordsOf(flags);
      answer(flags, { paused: true, ...named(flags) }, `Paused: no call is made${whose} until you say: ${again}`);
    });
}

/** Declares `resume`. */
export function resumeCommand(program: Command): void {
  withCommonOptions(program.command('resume'))
    .description('go on after pause, or try at once after an outage or a refused token')
    .addHelpText('after', '\nExample:\n  $ contact-sync resume')
    .action(async (flags: CommonFlags) => {
      const left = await onLimiters(flags, async (limiter, what) => {
        await limiter.resume(what);
        return (await limiter.state()).cause === 'paused';
      });
      const paused = left.some(Boolean);
      const text = paused ? 'All calls are paused as well; go on with: contact-sync resume' : 'Going on.';
      answer(flags, { paused, ...named(flags) }, text);
    });
}

/** Does something with the limiter of the account that is named, or of every account of the configuration. */
function onLimiters<T>(
  flags: CommonFlags,
  work: (limiter: Limiter, what: 'desk' | 'account') => Promise<T>,
): Promise<T[]> {
  return withEngine({ ...flags, anyAccount: true }, async ({ limiter, config, redis, keys, replicas }) => {
    const lasting = async (tag: string, one: Limiter, what: 'desk' | 'account') =>
      (await replicas.of(tag).keep(() => work(one, what))).value;
    if (flags.account !== undefined) return [await lasting(keys.tag, limiter, 'account')];
    return Promise.all(
      config.places.map(({ baseUrl, accountId }) => {
        const { tag } = keysOf(baseUrl, accountId);
        return lasting(tag, limiterOf(config, redis, tag, accountId), 'desk');
      }),
    );
  });
}

function wordsOf({ account }: CommonFlags): [whose: string, again: string] {
  if (account === undefined) return ['', 'contact-sync resume'];
  return [` for the account ${account}`, `contact-sync resume --account ${account}`];
}

function named({ account }: CommonFlags): { account?: string } {
  return account === undefined ? {} : { account };
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
