import type { Logger } from 'pino';
import type { MatchTools } from '../../jobs/match.ts';
import type { Compared } from '../../jobs/sorting.ts';
import type { UpdateTools } from '../../jobs/update.ts';
import type { ContactRequests } from '../chatwoot/contacts.ts';
import type { Rules } from '../chatwoot/version.ts';
import type { Memory } from '../memory/memory.ts';
import type { Sighting } from '../memory/pack.ts';
import { seenAfter, seenAt } from '../memory/sighting.ts';
import type { Desk } from '../pace/desk.ts';
import type { WriteHold } from '../queue/hold.ts';
import type { Intake } from '../queue/intake.ts';
import type { Jobs } from '../queue/jobs.ts';
import type { Mailboxes } from '../queue/mailbox.ts';
import type { Rails } from '../rails/rails.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import type { Ledger } from '../run/ledger.ts';
import type { Runs } from '../run/runs.ts';
import type { Vault } from '../undo/vault.ts';

/** What a pool of workers stands on. */
export interface PoolParts {
  redis: RedisClient;
  keys: Keys;
  desk: Desk;
  requests: ContactRequests;
  rules: Rules;
  jobs: Jobs;
  intake: Intake;
  hold: WriteHold;
  rails: Rails;
  mailboxes: Mailboxes;
  ledger: Ledger;
  runs: Runs;
  memory: Memory;
  /** Seals what is kept for an undo. */
  vault: Vault;
  /** Nothing is written: what would be is only counted. */
  planning: boolean;
  log: Logger;
  random: () => number;
}

/** What is not of one job: its attempt, its lock. */
export type SharedByUpdates = Omit<UpdateTools, 'attempt' | 'fence'>;
export type SharedByMatches = Omit<MatchTools, 'attempt'>;

/** What the jobs `update` of a pool share; `signal` ends their waiting. */
export function forUpdates(parts: PoolParts, signal: AbortSignal): SharedByUpdates {
  const { jobs, runs, vault, memory, log } = parts;
  /** Not waited for: on one connection Redis hears of it before the row that was written ends. */
  const learn = (sighting: Sighting): void => {
    memory.learnOne(sighting).catch((err: unknown) => log.warn({ event: 'memory.failed', err }, 'not remembered'));
  };
  return {
    ...parts,
    signal,
    now: Date.now,
    enqueue: (contacts, batches) => jobs.add(contacts, batches),
    optionsOf: (run) => runs.options(run),
    seal: (record) => vault.seal(record),
    onWritten: async (live, patch) => learn(seenAfter(live, patch)),
    onGone: async (contact) => void (await memory.forget(contact)),
  };
}

/** What the jobs `match` of a pool share. */
export function forMatches(parts: PoolParts, signal: AbortSignal): SharedByMatches {
  const { jobs, runs, hold } = parts;
  return {
    ...parts,
    signal,
    now: Date.now,
    enqueue: (contacts, batches, urgent) => jobs.add(contacts, batches, urgent),
    isCancelled: (run) => runs.isCancelled(run),
    optionsOf: (run) => runs.options(run),
    onCompared: (compared) => onCompared(parts, compared),
    holdsWrites: (held) => hold.holds(held),
  };
}

/** A plan leaves no trace: what it sees is not remembered either. */
async function onCompared({ memory, planning, rails, hold }: PoolParts, compared: readonly Compared[]): Promise<void> {
  await rails.compared(compared, (run) => hold.holds([run]));
  if (planning) return;
  await memory.learn(
    compared.flatMap(({ change, live, at }) => (live === undefined ? [] : [seenAt(live, change.fields, at)])),
  );
}

/** What is a job's own, laid over what all share: copying that for each job took more time than any other part of it. */
export function over<Shared extends object, Own extends object>(shared: Shared, own: Own): Shared & Own {
  return Object.assign(Object.create(shared) as Shared, own);
}
