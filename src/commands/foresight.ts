import { newRunId } from '../run/run-id.ts';
import { journey } from './journey.ts';
import type { Errand, Started } from './start.ts';

/** Changes that are shown unless all are asked for. */
export const SHOWN = 20;

/**
 * A journey that stops before the first write: everything is read, looked up and compared, and then told. Returns the exit
 * code; a journey that did not come to its end tells nothing.
 */
export function foresight(
  errand: Omit<Errand, 'onWaiting' | 'planning'>,
  tell: (started: Started) => Promise<number>,
): Promise<number> {
  // It is of no use to anybody but this process, so it is never continued under a name that was given.
  const flags = { ...errand.flags, runId: newRunId(new Date()).replace(/^run/, 'plan') };
  return journey({ ...errand, flags, planning: true }, async (started, ended) => {
    if (ended.how === 'finished') return tell(started);
    const { console } = started;
    if (ended.how === 'stopped') {
      console.fail(`Stopped: ${ended.why}. Nothing was written; give the same command again.`);
      return 3;
    }
    console.fail('Interrupted; nothing was written.');
    return ended.signal === 'SIGINT' ? 130 : 143;
  });
}
