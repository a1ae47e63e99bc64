import { createHash } from 'node:crypto';

/**
 * Names of everything we keep in Redis. One hash tag a desk keeps all of its keys on one node of a cluster, which scripts
 * and transactions over several keys need. The account is part of the name, so several accounts share one desk's limiter
 * and nothing else.
 */
export interface Keys {
  /** `{cs:<desk>}`: also BullMQ's prefix. */
  tag: string;
  /** `{cs:<desk>}:<account>`: in front of everything of one account. A plan has a base of its own below it. */
  base: string;
  /** In front of what is remembered of the account's contacts, plan or not. */
  memory: string;
  /** From when on (ms) a sighting of a contact of which nothing is remembered is learnt; later than all while there is no room. */
  learnFrom: string;
  /** BullMQ's queue name. */
  queue: string;
  dirty: string;
  batches: string;
  producing: string;
  held: string;
  /** Runs of which writes wait in mailboxes without a job. */
  heldBack: string;
  runs: string;
  /** What all runs there ever were have done. */
  totals: string;
  /** Run to where its outcomes belong, of runs that are not written down by the process that began them. */
  unwritten: string;
  workers: string;
  /** Of the account, also for a plan: which plans there are, and since when. */
  plans: string;
  intake(kind: string): string;
  /** Rows that came as events. */
  eventIntake(kind: string): string;
  eventBatches: string;
  batch(id: string): string;
  /** Events of a source that wait until their record is fetched. */
  thin(source: string): string;
  /** BullMQ's name of the queue of such records. */
  fetchQueue(source: string): string;
  pending(contact: string): string;
  run(run: string): string;
}

/**
 * Two desks in one Redis never meet: the tag is made from the base URL. `plan`: names for what is only foreseen; no worker
 * but the planning process ever sees them.
 */
export function keysOf(baseUrl: string, accountId: number, plan?: string): Keys {
  const desk = createHash('sha256').update(new URL(baseUrl).href).digest('hex').slice(0, 10);
  const tag = `{cs:${desk}}`;
  const memory = `${tag}:${accountId}`;
  const base = plan === undefined ? memory : `${memory}:plan:${plan}`;
  return {
    tag,
    base,
    memory,
    learnFrom: `${memory}:learn-from`,
    queue: plan === undefined ? `contacts-${accountId}` : `plan-${accountId}-${plan}`,
    dirty: `${base}:dirty`,
    batches: `${base}:batches`,
    producing: `${base}:producing`,
    held: `${base}:held`,
    heldBack: `${base}:held-back`,
    runs: `${base}:runs`,
    totals: `${base}:totals`,
    unwritten: `${base}:unwritten`,
    workers: `${base}:workers`,
    plans: `${memory}:plans`,
    intake: (kind) => `${base}:in:${kind}`,
    eventIntake: (kind) => `${base}:in:e:${kind}`,
    eventBatches: `${base}:eb`,
    batch: (id) => `${base}:b:${id}`,
    thin: (source) => `${base}:thin:${source}`,
    fetchQueue: (source) => `fetch-${accountId}-${source}`,
    pending: (contact) => `${base}:p:${contact}`,
    run: (run) => `${base}:run:${run}`,
  };
}
