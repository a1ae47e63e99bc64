import { setTimeout as sleep } from 'node:timers/promises';
import { stormEvents } from '../../../bench/storm-events.ts';
import { sendAll } from '../../../bench/storm-sender.ts';
import { keysOf } from '../../../src/redis/keys.ts';
import { freePort } from '../../redis/server.ts';
import { modelOf, overlay } from '../model.ts';
import { until } from '../patience.ts';
import { bookOf, exportsOf, hire, MEANT, type Work } from './work.ts';

/** The last event is sent about then, in milliseconds. */
const SENT_WITHIN_MS = 14_000;

/** Signed events from a sender that repeats them until they are taken, and a file about the same contacts, which is newer. */
export const serve: Work = {
  name: 'serve + sync',
  async run(world, random) {
    const { crew, ground, sandbox, round } = world;
    const model = modelOf(sandbox);
    const keys = keysOf(world.url, sandbox.account);
    const redis = ground.redis.client();
    const events = Math.ceil(round.rows / 2);
    const storm = stormEvents({ events, contacts: round.contacts }, Date.now(), random);
    const [csv, source] = exportsOf(world, random, 1, 0.3);
    const port = await freePort();
    const alone = round.workers === 0;
    crew.keep('server', ['serve', '--port', String(port), ...(alone ? [] : ['--no-work'])]);
    hire(world, round.workers);
    const perSecond = (storm.deliveries.length * 1000) / SENT_WITHIN_MS;
    const sending = sendAll(`http://127.0.0.1:${port}/webhooks/app`, storm.deliveries, perSecond, () => {});
    const file = world.file('contacts.csv', csv[0]!);
    await sleep(random() * 5000);
    await Promise.all([sending, crew.finish(['sync', file, '--run-id', 'night', '--json', ...MEANT])]);
    const dayRuns = async () => (await redis.zrange(keys.runs, '0', '-1')).filter((run) => run !== 'night');
    const rowsOf = async (run: string, field: string) => Number((await redis.hget(keys.run(run), field)) ?? 0);
    await until('every event to have its outcome', async () => {
      const settled = await Promise.all((await dayRuns()).map((run) => rowsOf(run, 'settled')));
      return settled.reduce((sum, n) => sum + n, 0) >= events;
    });
    const days = await Promise.all((await dayRuns()).map(async (run) => ({ run, rows: await rowsOf(run, 'rows') })));
    const rows = days.reduce((sum, day) => sum + day.rows, 0);
    if (rows !== events)
      throw new Error(`${events} events were sent and taken, but the runs of the day have ${rows} rows`);
    return {
      books: [bookOf('night', source), ...days.map((day) => ({ ...day, exactly: { invalid: 0, not_found: 0 } }))],
      model: overlay(overlay(model, storm.wanted), source.wanted),
    };
  },
};
