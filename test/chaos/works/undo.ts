import { modelOf } from '../model.ts';
import { bookOf, exportsOf, hire, MEANT, type Work } from './work.ts';

/** `sync`, and then `undo`: the desk has to be as it was. */
export const undo: Work = {
  name: 'sync + undo',
  async run(world, random) {
    const { crew, round } = world;
    const model = modelOf(world.sandbox);
    const [csv, source] = exportsOf(world, random, 1, 0.5);
    hire(world, round.workers);
    await crew.finish(['sync', world.file('contacts.csv', csv[0]!), '--run-id', 'night', '--json', ...MEANT]);
    const { stdout } = await crew.finish(['undo', 'night', '--run-id', 'back', '--yes', '--json']);
    const { rows } = JSON.parse(stdout) as { rows: number };
    return { books: [bookOf('night', source), { run: 'back', rows, exactly: { skipped: 0 } }], model };
  },
};
