/**
 * The sandbox in a process of its own, so that its work is not counted as ours. Forked with its options as JSON; tells its
 * address when it listens, and its counts when asked.
 */
import { startSandbox } from '../src/sandbox/server.ts';

/** What the sandbox counted so far. */
export interface DeskCounts {
  total: number;
  byRoute: Record<string, number>;
  byStatus: Record<string, number>;
  /** Minute since 1970, calls, and how many of them got a 429. */
  perMinute: [minute: number, total: number, limited: number][];
  maxInFlight: number;
}

const sandbox = await startSandbox(JSON.parse(process.argv[2]!));
process.on('message', () => {
  const { counts, countsPerMinute, maxInFlight } = sandbox;
  const perMinute = [...countsPerMinute].map(([minute, { total, limited }]) => [minute, total, limited]);
  process.send!({ ...counts, perMinute, maxInFlight });
});
process.on('disconnect', () => process.exit(0));
process.send!({ url: sandbox.url });
