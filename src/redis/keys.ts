import { createHash } from 'node:crypto';

/**
 * Names of everything we keep in Redis. One hash tag a desk keeps all of its keys on one node of a cluster, which scripts
 * and transactions over several keys need. The account is part of the name, so several accounts share one desk's limiter
 * and nothing else.
 */
export interface Keys {
  /** `{cs:<desk>}`: also BullMQ's prefix. */
  tag: string;
  /** `{cs:<desk>}:<account>`: in front of everything of one account. */
  base: string;
  /** In front of what is remembered of the contacts: `base`, and the same for a plan, whose `base` is one of its own. */
  memory: string;
  /** BullMQ's queue name. */
  queue: string;
  dirty: string;
  batches: string;
  producing: string;
  held: string;
  runs: string;
  workers: string;
  intake(kind: string): string;
  batch(id: string): string;
  pending(contact: string): string;
  run(run: string): string;
}

/** Two desks in one Redis never meet: the tag is made from the base URL. */
export function keysOf(baseUrl: string, accountId: number): Keys {
  const desk = createHash('sha256').update(new URL(baseUrl).href).digest('hex').slice(0, 10);
  const tag = `{cs:${desk}}`;
  const base = `${tag}:${accountId}`;
  return {
    tag,
    base,
    memory: base,
    queue: `contacts-${accountId}`,
    dirty: `${base}:dirty`,
    batches: `${base}:batches`,
    producing: `${base}:producing`,
    held: `${base}:held`,
    runs: `${base}:runs`,
    workers: `${base}:workers`,
    intake: (kind) => `${base}:in:${kind}`,
    batch: (id) => `${base}:b:${id}`,
    pending: (contact) => `${base}:p:${contact}`,
    run: (run) => `${base}:run:${run}`,
  };
}
