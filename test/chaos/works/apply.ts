import { modelOf, overlay } from '../model.ts';
import { exportsOf, hire, MEANT, type Work } from './work.ts';

/** `plan --out`, and then `apply`, with other processes that could meddle with either. */
export const apply: Work = {
  name: 'plan + apply',
  async run(world, random) {
    const { crew, round } = world;
    const model = modelOf(world.sandbox);
    const [csv, source] = exportsOf(world, random, round.files);
    const files = csv.map((text, i) => world.file(`contacts-${i}.csv`, text));
    hire(world, round.workers);
    await crew.finish(['plan', ...files, '--run-id', 'plan', '--out', 'plan.ndjson', '--json', ...MEANT]);
    const { stdout } = await crew.finish(['apply', 'plan.ndjson', '--run-id', 'apply', '--yes', '--json']);
    const { rows } = JSON.parse(stdout) as { rows: number };
    return {
      books: [{ run: 'apply', rows, exactly: { skipped: 0 } }],
      model: overlay(model, source.wanted),
    };
  },
};
