import { keysOf } from '../../../src/redis/keys.ts';
import { OUTCOMES } from '../../../src/run/outcome.ts';
import { CALL_KINDS } from '../../../src/run/summary.ts';
import type { World } from '../world.ts';

/** What is added up over all runs is what the runs have: whatever was killed between the two. */
export async function totals({ ground, url, sandbox }: World): Promise<string[]> {
  const keys = keysOf(url, sandbox.account);
  const redis = ground.redis.client();
  const runs = await redis.zrange(keys.runs, '0', '-1');
  const [all, ...each] = await Promise.all(
    [keys.totals, ...runs.map((run) => keys.run(run))].map((key) => redis.hgetall(key)),
  );
  redis.disconnect();
  const counters = [...OUTCOMES.map((outcome) => `o:${outcome}`), ...CALL_KINDS.map((kind) => `c:${kind}`)];
  return counters.flatMap((counter) => {
    const sum = each.reduce((before, run) => before + Number(run[counter] ?? 0), 0);
    const told = Number(all?.[counter] ?? 0);
    return sum === told ? [] : [`${counter}: ${told} in the totals, ${sum} in the runs`];
  });
}
