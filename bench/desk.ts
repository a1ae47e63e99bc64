/**
 * The sandbox in a process of its own, so that its work is not counted as ours. Forked with its options as JSON; tells its
 * address when it listens, its counts, writes or how many names end otherwise when asked, and begins anew when told to.
 */
import type { SandboxOptions } from '../src/sandbox/options.ts';
import { startSandbox } from '../src/sandbox/server.ts';

/** What the sandbox counted so far. */
export interface DeskCounts {
  total: number;
  byRoute: Record<string, number>;
  byStatus: Record<string, number>;
  /** Minute since 1970, calls, and how many of them got a 429. */
  perMinute: [minute: number, total: number, limited: number][];
  maxInFlight: number;
  maxInFlightPerContact: number;
  /** What they cost the desk, in milliseconds of a core (src/sandbox/cost.ts), and the updates that changed something. */
  msByRoute: Record<string, number>;
  changedByRoute: Record<string, number>;
}

/** A write that arrived: whose, and when in Unix milliseconds. */
export type DeskWrite = [contact: number, at: number];

const options = JSON.parse(process.argv[2]!) as SandboxOptions & { contacts: number };
const sandbox = await startSandbox(options);
process.on('message', (asked) => {
  if (asked === 'writes') {
    const writes = sandbox.requests.filter(({ method }) => method === 'PUT');
    process.send!(writes.map(({ contactId, at }): DeskWrite => [contactId!, at]));
    return;
  }
  if (asked === 'reset') {
    sandbox.reset();
    process.send!({});
    return;
  }
  if (typeof asked === 'object') {
    const { ending } = asked as { ending: string };
    let otherwise = 0;
    for (let id = 1; id <= options.contacts; id++)
      if (!String(sandbox.contacts.get(id)?.name).endsWith(ending)) otherwise++;
    process.send!(otherwise);
    return;
  }
  const { counts, countsPerMinute, maxInFlight, maxInFlightPerContact } = sandbox;
  const perMinute = [...countsPerMinute].map(([minute, { total, limited }]) => [minute, total, limited]);
  process.send!({ ...counts, ...sandbox.spent, perMinute, maxInFlight, maxInFlightPerContact });
});
process.on('disconnect', () => process.exit(0));
process.send!({ url: sandbox.url });
