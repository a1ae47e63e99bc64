import { keysOf } from '../../../src/redis/keys.ts';
import { modelOf, overlay } from '../model.ts';
import { until } from '../patience.ts';
import { bookOf, exportsOf, hire, MEANT, type Work } from './work.ts';

/** Two runs about the same contacts, put into Redis by two producers, and workers elsewhere: the later run wins. */
export const enqueue: Work = {
  name: 'enqueue + work',
  async run(world, random) {
    const { crew, ground, sandbox, round } = world;
    const model = modelOf(sandbox);
    const keys = keysOf(world.url, sandbox.account);
    const redis = ground.redis.client();
    const [early, first] = exportsOf(world, random, 1, 0.5);
    const [late, second] = exportsOf(world, random, round.files, 0.5);
    const files = late.map((text, i) => world.file(`late-${i}.csv`, text));
    hire(world, 2 + (round.workers % 2));
    const begun = crew.finish(['enqueue', world.file('early.csv', early[0]!), '--run-id', 'early', ...MEANT]);
    await until(
      'the first run to have begun',
      async () => (await redis.hexists(keys.run('early'), 'started_at')) === 1,
    );
    await Promise.all([begun, crew.finish(['enqueue', ...files, '--run-id', 'late', ...MEANT])]);
    for (const run of ['early', 'late'])
      await until(`${run} to be finished`, async () => (await redis.hexists(keys.run(run), 'finished_at')) === 1);
    return {
      books: [bookOf('early', first), bookOf('late', second)],
      model: overlay(overlay(model, first.wanted), second.wanted),
    };
  },
};
