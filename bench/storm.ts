import { Redis } from 'ioredis';
import type { Result } from './result.ts';
import { type StormOptions, storm } from './storm-course.ts';
import { inWorld, TOKEN } from './world.ts';

/** Events while intake and workers are killed: nothing lost, nothing twice, the newest value wins. */
export async function stormBench(options: StormOptions): Promise<Result> {
  const { events, contacts, kills } = options;
  return inWorld({ contacts, latencyMs: 2 }, 'ready', async (world) => {
    const redis = new Redis({ path: world.redis!.socket });
    const ground = {
      dir: world.dir,
      url: world.url,
      token: TOKEN,
      redis,
      start(args: readonly string[]) {
        const { child, ended } = world.start(args);
        // It is killed: that it fails is what is asked for.
        ended.catch(() => undefined);
        return child;
      },
    };
    try {
      const { sent, sendMs, settleMs, duplicates, runs, wrong } = await storm(ground, options, Math.random);
      const { byRoute, maxInFlightPerContact } = await world.counts();
      const rows = runs.reduce((sum, run) => sum + run.rows, 0);
      const settled = runs.reduce((sum, run) => sum + run.settled, 0);
      return {
        setting: `${events} signed events for ${contacts} contacts, two fields each, in any order but that in which they were observed, one in ten sent twice, by a sender that repeats until it is answered 200 (10 at once, ${options.perSecond} a second at most). \`serve --no-work\` and \`work\` are each killed with -9 ${kills} times meanwhile and started again.`,
        tables: [
          {
            title: 'the storm',
            head: [
              'deliveries taken',
              'attempts repeated',
              'duplicates recognised',
              'PUTs',
              'seconds to send',
              'seconds to the last outcome',
            ],
            rows: [
              [
                sent.taken,
                sent.retried,
                duplicates,
                byRoute['PUT contacts/:id'] ?? 0,
                (sendMs / 1000).toFixed(1),
                ((sendMs + settleMs) / 1000).toFixed(1),
              ],
            ],
          },
        ],
        goals: [
          { goal: `rows of the day: ${events}`, measured: String(rows), holds: rows === events },
          { goal: `outcomes: ${events}`, measured: String(settled), holds: settled === events },
          {
            goal: 'fields that do not hold the newest value: 0',
            measured: String(wrong.length),
            holds: wrong.length === 0,
          },
          {
            goal: 'most writes of one contact at once: 1',
            measured: String(maxInFlightPerContact),
            holds: maxInFlightPerContact === 1,
          },
        ],
      };
    } finally {
      redis.disconnect();
    }
  });
}
