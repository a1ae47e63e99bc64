import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { Intake } from '../../src/queue/intake.ts';
import { type Delivery, Mailboxes } from '../../src/queue/mailbox.ts';
import { type Keys, keysOf } from '../../src/redis/keys.ts';
import type { Circumstances, Ending } from '../../src/run/entry.ts';
import { NO_CALL } from '../../src/run/entry.ts';
import { Ledger } from '../../src/run/ledger.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { Runs } from '../../src/run/runs.ts';
import type { RunOptions } from '../../src/run/state.ts';
import type { TestRedis } from '../redis/server.ts';

/** Everything of one account that lives in Redis, under names no other test uses. */
export interface Room {
  redis: Redis;
  keys: Keys;
  ledger: Ledger;
  mailboxes: Mailboxes;
  intake: Intake;
  runs: Runs;
  /** What was logged. */
  lines: Record<string, unknown>[];
}

let rooms = 0;

/** A room on a connection of its own; with a base URL, beside others of the same desk. */
export function roomIn(server: TestRedis, baseUrl?: string): Room {
  rooms += 1;
  const keys = keysOf(baseUrl ?? `http://desk-${rooms}.test`, 1);
  const redis = server.client();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (text) => void lines.push(JSON.parse(text)) });
  const ledger = new Ledger(redis, keys, log);
  return {
    redis,
    keys,
    ledger,
    mailboxes: new Mailboxes(redis, keys, ledger),
    intake: new Intake(redis, keys),
    runs: new Runs(redis, keys),
    lines,
  };
}

const FILES = [{ path: 'a.csv', file: '/tmp/a.csv', sha256: 'x', rows: 0, kind: 'csv' as const }];

/** As a run is begun without any flag. */
export const OPTIONS: RunOptions = {
  map: {},
  match: [],
  emptyCells: 'leave',
  limit: null,
  onMissing: 'report',
  trust: 'live',
  undo: true,
  dropConflicting: false,
  maxChanged: 100,
  maxFailed: 100,
  allow: [],
};

/** Begins a run that reads one file. */
export async function beginRun(room: Room, run: string): Promise<void> {
  await room.runs.create(run, 'sync', OPTIONS, FILES);
}

/** A version for tests: `v(7)` is newer than `v(6)`. */
export function v(n: number): string {
  return String(n).padStart(16, '0');
}

/** What the desk said, for rows of tests. */
export const WRITTEN: Circumstances = { ...NO_CALL, status: 200, attempts: 1, requestId: 'req' };

/** One row that sets fields of a contact, as a look-up would deliver it; its version is `v(row)` unless said otherwise. */
export function change(
  contact: string,
  row: number,
  fields: Record<string, unknown>,
  more: { run?: string; version?: number; differs?: boolean; readAt?: number } = {},
): Delivery {
  const version = v(more.version ?? row);
  return {
    contact,
    readAt: more.readAt ?? Number.POSITIVE_INFINITY,
    rows: [{ run: more.run ?? 'r1', row, file: 0, line: row + 2, version }],
    fields: Object.entries(fields).map(([field, value]) => ({
      field,
      version,
      value: JSON.stringify(value),
      differs: more.differs ?? true,
    })),
    circumstances: { ...NO_CALL, contact },
  };
}

/** What a worker does with a mailbox when the desk takes the write. */
export async function write(
  room: Room,
  contact: string,
  outcome: Outcome = 'updated',
  reason: Ending['reason'] = '',
): Promise<Record<string, string> | undefined> {
  const seen = await room.mailboxes.peek(contact);
  if (seen === undefined) return undefined;
  await room.mailboxes.acknowledge(seen, { outcome, reason, circumstances: { ...WRITTEN, contact } });
  return { ...seen.patch };
}

/** Row number to outcome, of all rows of a run that have ended. */
export async function outcomesOf(room: Room, run = 'r1'): Promise<Record<number, string>> {
  const entries = (await room.runs.outcomes(run, 10_000)).map(
    (text) => JSON.parse(text) as [number, number, number, string],
  );
  return Object.fromEntries(entries.map(([row, , , outcome]) => [row, outcome]));
}
