import type { TestContext } from 'node:test';
import { TryLater } from '../../jobs/failure.ts';
import { foresee } from '../../jobs/foresee.ts';
import { match } from '../../jobs/match.ts';
import { update } from '../../jobs/update.ts';
import { ChatwootClient } from '../../src/chatwoot/client.ts';
import { ContactRequests } from '../../src/chatwoot/contacts.ts';
import { rulesOf } from '../../src/chatwoot/version.ts';
import { Desk } from '../../src/pace/desk.ts';
import { Limiter } from '../../src/pace/limiter.ts';
import type { WaitingRow } from '../../src/queue/intake.ts';
import { recordOf } from '../../src/run/entry.ts';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { beginRun, type Room, roomIn } from '../queue/room.ts';
import type { TestRedis } from '../redis/server.ts';

/** A desk, its mailboxes, and jobs that are run by hand instead of by a queue. */
export interface World extends Room {
  sandbox: Sandbox;
  limiter: Limiter;
  /** What the jobs asked to be queued. */
  queued: { contacts: string[]; batches: string[] };
  update(contact: string, more?: Partial<Trial>): Promise<void>;
  /** What `update` would do, only counted. */
  foresee(contact: string): Promise<void>;
  match(batch: string, more?: Partial<Trial>): Promise<void>;
  /** Runs a job that has to wait, does something while it waits, and lets it go on to its end. */
  meanwhile(job: () => Promise<void>, something: () => Promise<unknown>): Promise<void>;
  /** The report's line of each row that ended, by row. */
  records(run?: string): Promise<Record<number, OutcomeRecord>>;
  /** `PUT contacts/1` and the like, of all calls so far. */
  calls(): string[];
}

/** How a job is run. */
export interface Trial {
  /** The writes of the run are held back. */
  held?: boolean;
  attempt: number;
  last: boolean;
  fence: () => Promise<void>;
  signal: AbortSignal;
}

export async function worldFor(t: TestContext, server: TestRedis, options: SandboxOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ token: 'T', ...options });
  const client = new ChatwootClient({ baseUrl: sandbox.url, token: 'T', timeoutMs: 1000 });
  t.after(async () => {
    client.close();
    await sandbox.close();
  });
  // Not named by the sandbox's address: a later one may get the port of one that is closed.
  const room = roomIn(server);
  await beginRun(room, 'r1');
  const limiter = new Limiter(room.redis, room.keys.tag, {
    account: 1,
    firstStepMs: 20,
    longestStepMs: 40,
    windowMs: 60_000,
    probeMs: 2000,
    random: () => 0,
  });
  await limiter.setRate(600_000, 'always');
  let onWaiting: () => void = () => undefined;
  const desk = new Desk(client, limiter, { windowMs: 60_000, inFlight: 4, onWaiting: () => onWaiting() });
  const queued = { contacts: [] as string[], batches: [] as string[] };
  const behaviour = sandbox.version === '4.1' ? '4.1.0' : sandbox.version === '4.15' ? '4.15.1' : '4.10.0';
  const tools = (more: Partial<Trial> = {}) => ({
    ...room,
    desk,
    requests: new ContactRequests(sandbox.account),
    rules: rulesOf(behaviour),
    attempt: { number: more.attempt ?? 1, last: more.last ?? false },
    signal: more.signal ?? new AbortController().signal,
    fence: more.fence ?? (async () => undefined),
    now: Date.now,
    enqueue: async (contacts: readonly string[], batches: readonly string[]) => {
      queued.contacts.push(...contacts);
      queued.batches.push(...batches);
    },
    isCancelled: (run: string) => room.runs.isCancelled(run),
    optionsOf: (run: string) => room.runs.options(run),
    onCompared: async () => undefined,
    onWritten: async () => undefined,
    onGone: async () => undefined,
    seal: (record: object) => JSON.stringify(record),
    holdsWrites: async () => more.held ?? false,
  });
  return {
    ...room,
    sandbox,
    limiter,
    queued,
    update: (contact, more) => update(contact, tools(more)),
    foresee: (contact) => foresee(contact, tools()),
    match: (batch, more) => match(batch, tools(more)),
    async meanwhile(job, something) {
      await limiter.trip('rate-limited', 300, Date.now());
      const waits = new Promise<void>((resolve) => {
        onWaiting = resolve;
      });
      const running = job();
      await Promise.race([waits, running]);
      await something();
      await running;
    },
    async records(run = 'r1') {
      const entries = await room.runs.outcomes(run, 1000);
      const records = entries.map((entry) => recordOf(run, ['a.csv'], entry));
      return Object.fromEntries(records.map((record) => [record.row, record]));
    },
    calls: () =>
      sandbox.requests.map(
        ({ method, path }) => `${method} ${path.replace(`/api/v1/accounts/${sandbox.account}/`, '')}`,
      ),
  };
}

/** A row that waits to be looked up. */
export function waiting(row: number, given: Partial<WaitingRow>): WaitingRow {
  const version = String(row).padStart(16, '0');
  return {
    row,
    file: 0,
    line: row + 2,
    keys: {},
    match: [],
    patch: {},
    run: 'r1',
    version,
    since: Date.now(),
    ...given,
  };
}

/** The reason a job wants to be run again for. */
export async function putOff(work: Promise<void>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TryLater) return error.reason;
    throw error;
  }
  throw new Error('the job did not ask to be run again');
}
