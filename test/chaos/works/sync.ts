import { modelOf, overlay } from '../model.ts';
import { bookOf, exportsOf, hire, MEANT, type Work } from './work.ts';

/** `sync` of one or several files, alone or with workers beside it. */
export const sync: Work = {
  name: 'sync',
  async run(world, random) {
    const model = modelOf(world.sandbox);
    const [csv, source] = exportsOf(world, random, world.round.files);
    const files = csv.map((text, i) => world.file(`contacts-${i}.csv`, text));
    hire(world, world.round.workers);
    await world.crew.finish(['sync', ...files, '--run-id', 'night', '--json', ...MEANT]);
    return { books: [bookOf('night', source)], model: overlay(model, source.wanted) };
  },
};
