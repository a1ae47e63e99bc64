import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { MatchKey } from '../contact/change.ts';
import type { EmptyCells } from '../mapping/columns.ts';
import type { Keys } from '../redis/keys.ts';
import { msOfClass } from './ledger.ts';
import { OUTCOMES, type Outcome } from './outcome.ts';
import { CALL_KINDS, type CallKind, type RunStatus, type Summary } from './summary.ts';

/** How the rows of a run are read: kept with the run, so that continuing it means the same. */
export interface RunOptions {
  map: Record<string, string>;
  match: MatchKey[];
  emptyCells: EmptyCells;
  limit: number | null;
}

export interface RunFile {
  path: string;
  /** Where to read it again. */
  file: string;
  sha256: string;
  rows: number;
  /** It was read to its end. */
  done?: boolean;
}

/** A run as it stands in Redis. Times are epoch milliseconds. */
export interface RunState {
  run: string;
  command: string;
  options: RunOptions;
  files: RunFile[];
  startedAt: number;
  finishedAt: number | null;
  /** Rows read so far. */
  rows: number;
  readDone: boolean;
  cancelled: boolean;
  settled: number;
  outcomes: Record<Outcome, number>;
  reasons: Record<string, number>;
  calls: Record<CallKind, number>;
  deskUs: Record<CallKind, number>;
  medians: Partial<Record<CallKind, number>>;
  retries: number;
  rateLimited: number;
  /** Whether a process reads its source right now. */
  producing: boolean;
  reportDir: string | null;
  /** Bytes of outcomes.ndjson that were written for good. */
  drained: number;
}

/** How long a reading process may be silent before another one may continue its run, in milliseconds. */
const LEASE_MS = 10_000;

/** How long a finished run is remembered. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/** The runs of one account, in Redis. */
export class Runs {
  readonly #redis: Redis;
  readonly #keys: Keys;

  constructor(redis: Redis, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Begins a run. Its start, on Redis' clock, is when its rows were observed. */
  async create(run: string, command: string, options: RunOptions, files: readonly RunFile[]): Promise<RunState> {
    const startedAt = await this.#now();
    const key = this.#keys.run(run);
    await this.#redis
      .multi()
      .hset(key, {
        command,
        options: JSON.stringify(options),
        files: JSON.stringify(files),
        started_at: startedAt,
        rows: 0,
      })
      .zadd(this.#keys.runs, startedAt, run)
      .exec();
    return (await this.get(run))!;
  }

  async get(run: string): Promise<RunState | undefined> {
    const hash = await this.#redis.hgetall(this.#keys.run(run));
    if (hash.started_at === undefined) return undefined;
    const lease = await this.#redis.zscore(this.#keys.producing, run);
    return stateOf(run, hash, lease !== null && Number(lease) > (await this.#now()));
  }

  /** The newest runs first. */
  async list(most: number): Promise<RunState[]> {
    const runs = await this.#redis.zrevrange(this.#keys.runs, 0, most - 1);
    const states = await Promise.all(runs.map((run) => this.get(run)));
    return states.filter((state) => state !== undefined);
  }

  /**
   * Takes the run: one process reads its source and writes its report. False while another process has it. Renew within
   * 10 s; `reading` says whether rows may still come.
   */
  async lease(run: string, owner: string, reading: boolean): Promise<boolean> {
    const key = `${this.#keys.run(run)}:lease`;
    const mine =
      (await this.#redis.set(key, owner, 'PX', LEASE_MS, 'NX')) === 'OK' || (await this.#redis.get(key)) === owner;
    if (!mine) return false;
    const renewed = this.#redis.multi().pexpire(key, LEASE_MS);
    if (reading) renewed.zadd(this.#keys.producing, (await this.#now()) + LEASE_MS, run);
    await renewed.exec();
    return true;
  }

  /** No more rows come from this process. */
  async stoppedReading(run: string): Promise<void> {
    await this.#redis.zrem(this.#keys.producing, run);
  }

  async release(run: string): Promise<void> {
    await this.#redis
      .multi()
      .del(`${this.#keys.run(run)}:lease`)
      .zrem(this.#keys.producing, run)
      .exec();
  }

  /** Notes how far the source was read and everything before is safely in Redis. True when the run was cancelled. */
  async checkpoint(run: string, rows: number): Promise<boolean> {
    const key = this.#keys.run(run);
    const answer = await this.#redis.multi().hset(key, 'rows', rows).hexists(key, 'cancelled').exec();
    return answer?.[1]?.[1] === 1;
  }

  /** A file was read to its end. */
  async fileDone(run: string, files: readonly RunFile[], rows: number): Promise<void> {
    await this.#redis.hset(this.#keys.run(run), { files: JSON.stringify(files), rows });
  }

  /** The whole source was read. */
  async readDone(run: string, files: readonly RunFile[], rows: number): Promise<void> {
    const key = this.#keys.run(run);
    await this.#redis.hset(key, { read_done: 1, rows, files: JSON.stringify(files) });
    if (Number((await this.#redis.hget(key, 'settled')) ?? 0) === rows) {
      await this.#redis.hsetnx(key, 'finished_at', await this.#now());
    }
  }

  /** Nothing of the run is sent from now on; its rows end as `cancelled`. False when there is no such run. */
  async cancel(run: string): Promise<boolean> {
    if ((await this.#redis.hexists(this.#keys.run(run), 'started_at')) === 0) return false;
    await this.#redis.hset(this.#keys.run(run), 'cancelled', await this.#now());
    return true;
  }

  async isCancelled(run: string): Promise<boolean> {
    return (await this.#redis.hexists(this.#keys.run(run), 'cancelled')) === 1;
  }

  /** Outcomes on their way to the report, at most `most`, oldest first. */
  async outcomes(run: string, most: number): Promise<string[]> {
    return this.#redis.lrange(`${this.#keys.run(run)}:log`, 0, most - 1);
  }

  /** Drops the oldest outcomes, which now stand in the report up to the given byte. One transaction: none twice, none lost. */
  async drained(run: string, outcomes: number, reportDir: string, bytes: number): Promise<void> {
    const key = this.#keys.run(run);
    await this.#redis
      .multi()
      .ltrim(`${key}:log`, outcomes, -1)
      .hset(key, { report_dir: reportDir, drained: bytes })
      .exec();
  }

  /** The number of rows that have an outcome, counted anew from their bits. */
  async countDone(run: string): Promise<number> {
    return this.#redis.bitcount(`${this.#keys.run(run)}:done`);
  }

  /** From now on the run is history: it is forgotten after 30 days. */
  async archive(run: string): Promise<void> {
    const key = this.#keys.run(run);
    await this.#redis
      .multi()
      .pexpire(key, KEEP_MS)
      .pexpire(`${key}:done`, KEEP_MS)
      .pexpire(`${key}:log`, KEEP_MS)
      .zremrangebyscore(this.#keys.runs, '-inf', Date.now() - KEEP_MS)
      .exec();
  }

  async #now(): Promise<number> {
    const [seconds, micros] = await this.#redis.time();
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }
}

/** A new run id: the time for people, four characters against collisions. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+Z$/g, '');
  return `run_${stamp}_${randomBytes(2).toString('hex')}`;
}

function stateOf(run: string, hash: Record<string, string>, producing: boolean): RunState {
  const calls = zeros(CALL_KINDS);
  const deskUs = zeros(CALL_KINDS);
  const medians: Partial<Record<CallKind, number>> = {};
  for (const kind of CALL_KINDS) {
    calls[kind] = Number(hash[`c:${kind}`] ?? 0);
    deskUs[kind] = Number(hash[`us:${kind}`] ?? 0);
    const median = medianOf(hash, `h:${kind}:`);
    if (median !== undefined) medians[kind] = median;
  }
  const outcomes = zeros(OUTCOMES);
  for (const outcome of OUTCOMES) outcomes[outcome] = Number(hash[`o:${outcome}`] ?? 0);
  const reasons: Record<string, number> = {};
  for (const [field, n] of Object.entries(hash)) if (field.startsWith('r:')) reasons[field.slice(2)] = Number(n);
  return {
    run,
    command: hash.command ?? '',
    options: JSON.parse(hash.options ?? '{}') as RunOptions,
    files: JSON.parse(hash.files ?? '[]') as RunFile[],
    startedAt: Number(hash.started_at),
    finishedAt: hash.finished_at === undefined ? null : Number(hash.finished_at),
    rows: Number(hash.rows ?? 0),
    readDone: hash.read_done === '1',
    cancelled: hash.cancelled !== undefined,
    settled: Number(hash.settled ?? 0),
    outcomes,
    reasons,
    calls,
    deskUs,
    medians,
    retries: Number(hash.retries ?? 0),
    rateLimited: Number(hash.rate_limited ?? 0),
    producing,
    reportDir: hash.report_dir ?? null,
    drained: Number(hash.drained ?? 0),
  };
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}

function medianOf(hash: Record<string, string>, prefix: string): number | undefined {
  const classes = Object.entries(hash)
    .filter(([field]) => field.startsWith(prefix))
    .map(([field, n]) => ({ index: Number(field.slice(prefix.length)), n: Number(n) }))
    .sort((a, b) => a.index - b.index);
  let left = classes.reduce((sum, c) => sum + c.n, 0) / 2;
  for (const { index, n } of classes) {
    left -= n;
    if (left <= 0) return Math.round(msOfClass(index) * 10) / 10;
  }
  return undefined;
}

/** How a run stands, in a word. `interrupted`: nobody reads its source and it is not read to the end. */
export function statusOf(state: RunState): RunStatus {
  if (state.finishedAt !== null) return state.cancelled ? 'cancelled' : 'finished';
  if (state.readDone || state.producing) return 'running';
  return 'interrupted';
}

/** What `summary.json` says about a run. */
export function summaryOf(state: RunState, status: RunStatus, reportDir: string, nowMs: number): Summary {
  const busyMs = Object.values(state.deskUs).reduce((sum, us) => sum + us, 0) / 1000;
  const durationMs = Math.max(0, (state.finishedAt ?? nowMs) - state.startedAt);
  const byCall: Summary['desk']['by_call'] = {};
  for (const kind of CALL_KINDS) {
    if (state.medians[kind] !== undefined) byCall[kind] = { n: state.calls[kind], ms_p50: state.medians[kind] };
  }
  return {
    run: state.run,
    command: state.command,
    status,
    started_at: new Date(state.startedAt).toISOString(),
    finished_at: state.finishedAt === null ? null : new Date(state.finishedAt).toISOString(),
    duration_ms: durationMs,
    rows: state.rows,
    outcomes: state.outcomes,
    reasons: state.reasons,
    calls: { ...state.calls, total: Object.values(state.calls).reduce((sum, n) => sum + n, 0) },
    retries: state.retries,
    rate_limited: state.rateLimited,
    desk: {
      busy_ms: Math.round(busyMs * 10) / 10,
      share: durationMs === 0 ? 0 : Math.min(1, Math.round((busyMs / durationMs) * 1000) / 1000),
      by_call: byCall,
    },
    files: state.files.map(({ path, rows, sha256 }) => ({ path, rows, sha256 })),
    report_dir: reportDir,
  };
}
