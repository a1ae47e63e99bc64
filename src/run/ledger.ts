import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Place } from '../contact/change.ts';
import type { Keys } from '../redis/keys.ts';
import { CallCounter, type CallCounts } from './calls.ts';
import type { Outcome } from './outcome.ts';
import { REASONS, type Reason } from './reason.ts';
import type { OutcomeRecord } from './record.ts';
import { SETTLE_ROWS } from './settle.ts';
import type { Call } from './summary.ts';

/** What a worker knows of a row besides its outcome. */
export interface Circumstances {
  contact: string | null;
  fields: readonly string[];
  status: number | null;
  attempts: number;
  durationMs: number;
  deskMs: number | null;
  /** What was sent as `X-Request-Id`. */
  requestId: string;
  detail: string;
  /** Somebody else's contact that stood in the way. */
  holder?: number;
}

/** A row that ends, with everything the ledger writes down. */
export interface Ending {
  run: string;
  place: Place;
  outcome: Outcome;
  reason: Reason | '';
  circumstances: Circumstances;
  /** What was overwritten and with what, as a JSON text; goes to the undo file, never to a log. */
  changes?: string;
}

/** Nothing was sent: the row ended before any call. */
export const NO_CALL: Circumstances = {
  contact: null,
  fields: [],
  status: null,
  attempts: 0,
  durationMs: 0,
  deskMs: null,
  requestId: '',
  detail: '',
};

/** A contact's number; null when there is none, or it is still to be created. */
function idOf(contact: string | null): number | null {
  return contact !== null && /^\d+$/.test(contact) ? Number(contact) : null;
}

/** The part of a log entry behind the outcome, as scripts that choose the outcome themselves append it. */
export function tailOf(c: Circumstances): string {
  const contact = idOf(c.contact);
  return `,${contact},${JSON.stringify(c.fields)},${c.status},${c.attempts},${Math.round(c.durationMs)},${c.deskMs},${JSON.stringify(c.requestId)},${JSON.stringify(c.detail)}`;
}

/** One row's line on its way from Redis to the report, as compact as it stays readable. */
export function entryOf(e: Ending): string {
  const { row, file, line } = e.place;
  const more =
    e.changes === undefined && e.circumstances.holder === undefined ? '' : `,${e.circumstances.holder ?? 'null'}`;
  const changes = e.changes === undefined ? '' : `,${e.changes}`;
  return `[${row},${file},${line},"${e.outcome}","${e.reason}"${tailOf(e.circumstances)}${more}${changes}]`;
}

/** Reads a log entry back. `sources` are the paths of the run's files. */
export function recordOf(run: string, sources: readonly string[], entry: string): OutcomeRecord {
  return readEntry(run, sources, entry).record;
}

/** A log entry: the line of the report, and the sealed line for the undo of a row that overwrote something. */
export function readEntry(
  run: string,
  sources: readonly string[],
  entry: string,
): { record: OutcomeRecord; changes: string | undefined } {
  const [
    row,
    file,
    line,
    outcome,
    reason,
    contact,
    fields,
    status,
    attempts,
    duration,
    desk,
    request,
    detail,
    holder,
    changes,
  ] = JSON.parse(entry) as [
    number,
    number,
    number,
    Outcome,
    string,
    number | null,
    string[],
    number | null,
    number,
    number,
    number | null,
    string,
    string,
    (number | null)?,
    unknown?,
  ];
  const record: OutcomeRecord = {
    run,
    source: sources[file] ?? '-',
    line,
    outcome,
    reason: reason in REASONS ? (reason as Reason) : null,
    contact_id: contact,
    fields,
    http_status: status,
    attempts,
    duration_ms: duration,
    desk_ms: desk,
    request_id: request === '' ? null : request,
    row,
  };
  if (detail !== '') record.detail = detail;
  if (typeof holder === 'number') record.holder = holder;
  return { record, changes: changes === undefined ? undefined : JSON.stringify(changes) };
}

/** Writes outcomes and calls into Redis. */
export class Ledger {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #log: Logger;
  readonly #sources = new Map<string, string[]>();
  readonly #calls: CallCounter;

  constructor(redis: Redis, keys: Keys, log: Logger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#log = log;
    this.#calls = new CallCounter(redis, keys, log);
  }

  /** Ends rows, each exactly once whatever is replayed. */
  async settle(endings: readonly Ending[]): Promise<void> {
    if (endings.length === 0) return;
    this.flush();
    const entries = endings.map((e) => [e.run, e.place.row, e.outcome, e.reason, entryOf(e)]);
    const args = [this.#keys.base, JSON.stringify(entries)];
    await this.logFresh(endings, (await SETTLE_ROWS.run(this.#redis, [this.#keys.runs], args)) as number[]);
  }

  /** Writes the log line of each row that ended just now, and of no other. */
  async logFresh(endings: readonly Ending[], fresh: readonly number[]): Promise<void> {
    if (!this.#log.isLevelEnabled('info')) return;
    for (const [i, ending] of endings.entries()) {
      if (fresh[i] === 1) this.#logOutcome(ending, await this.#sourcesOf(ending.run));
    }
  }

  async #sourcesOf(run: string): Promise<string[]> {
    let known = this.#sources.get(run);
    if (known === undefined) {
      const files = await this.#redis.hget(this.#keys.run(run), 'files');
      known = files == null ? [] : (JSON.parse(files) as { path: string }[]).map((f) => f.path);
      this.#sources.set(run, known);
    }
    return known;
  }

  #logOutcome(e: Ending, sources: readonly string[]): void {
    const c = e.circumstances;
    this.#log.info(
      {
        event: 'contact.outcome',
        run: e.run,
        source: sources[e.place.file] ?? '-',
        line: e.place.line,
        outcome: e.outcome,
        reason: e.reason === '' ? null : e.reason,
        contact_id: idOf(c.contact),
        fields: c.fields,
        http_status: c.status,
        attempts: c.attempts,
        duration_ms: Math.round(c.durationMs),
        desk_ms: c.deskMs,
        request_id: c.requestId === '' ? null : c.requestId,
        row: e.place.row,
        ...(c.detail === '' ? {} : { detail: c.detail }),
        ...(c.holder === undefined ? {} : { holder: c.holder }),
      },
      'contact.outcome',
    );
  }

  /**
   * Counts a call for the run. Redis hears of it together with the next row that ends, whichever it is, so a row that has
   * ended has its calls counted; or a moment later when none ends.
   */
  count(run: string, call: Call): void {
    this.#calls.add(run, call);
  }

  /** What was counted since the last time; the caller must tell Redis, in one script with what it does besides. */
  takeCalls(): CallCounts {
    return this.#calls.take();
  }

  /** Tells Redis of the calls counted so far, ahead of whatever is sent next on the same connection. */
  flush(): void {
    this.#calls.flush();
  }

  /** Counts a further attempt of a row. */
  retried(run: string): void {
    this.#redis.hincrby(this.#keys.run(run), 'retries', 1).catch((error: unknown) => {
      this.#log.error({ event: 'ledger.count', err: error }, 'retry not counted');
    });
  }
}
