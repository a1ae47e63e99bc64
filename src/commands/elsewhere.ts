import { keysOf } from '../redis/keys.ts';
import type { Engine } from './engine.ts';
import { Refusal } from './failure.ts';

/**
 * Refuses a run that belongs to another account of the configuration: its contacts have other numbers there.
 *
 * @throws Refusal that names the account
 */
export async function refuseElsewhere({ config, redis }: Engine, run: string): Promise<void> {
  for (const { name, baseUrl, accountId } of config.places) {
    if (name === config.account || (await redis.exists(keysOf(baseUrl, accountId).run(run))) === 0) continue;
    throw new Refusal(
      `${run} is a run of the account ${name}. Give the same command with --account ${name}, or name another run.`,
    );
  }
}
