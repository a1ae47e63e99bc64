import type { MatchKey } from '../contact/change.ts';
import type { EmptyCells } from '../contact/patch.ts';
import type { SourceColumns } from '../mapping/columns.ts';
import type { FileMapping } from '../mapping/file-mapping.ts';
import { type Stop, stopIn } from '../rails/rail.ts';
import type { Dialect } from '../source/decode/dialect.ts';
import { medianOf } from './median.ts';
import { OUTCOMES, type Outcome } from './outcome.ts';
import { CALL_KINDS, type CallKind, type RunStatus, type Summary } from './summary.ts';

/** How the rows of a run are read: kept with the run, so that continuing it means the same. */
export interface RunOptions {
  /** The account's name in the configuration; absent for the one under `chatwoot`. */
  account?: string;
  map: Record<string, string>;
  match: MatchKey[];
  emptyCells: EmptyCells;
  limit: number | null;
  /** What becomes of rows whose contact does not exist. */
  onMissing: 'report' | 'create';
  /** Whether rows may end as unchanged by what is remembered of a contact, without asking the desk. */
  trust: 'remembered' | 'live';
  /** Former values are kept, so that the run can be undone: whatever is written is read first. */
  undo: boolean;
  /** A value that another contact has is left out, and the rest of the row is written. */
  dropConflicting: boolean;
  /** Guard rails: percent of contacts, percent of writes, and those that are off for this run. */
  maxChanged: number;
  maxFailed: number;
  allow: string[];
  /** Its rows come as events: several of one contact within a moment are written together. */
  events?: boolean;
  /** The run that is retried or taken back. */
  of?: string;
  /** The source of events that an export is compared with, as it was configured then. */
  source?: SourceColumns;
  /** The source of files whose mapping holds, as it was configured then. */
  mapping?: FileMapping;
  /** How old its files were said to be, in epoch milliseconds; not there when they said it themselves. */
  asOf?: number;
}

/** How old the values of a file are that is read once more: what was written since then is not to be overwritten. */
export interface AsOf {
  /** When the run began that read it first, in epoch milliseconds. */
  at: number;
  /** Number of the file's first row in that run. */
  row: number;
  /** How many times its rows were tried since. */
  tries: number;
}

export interface RunFile {
  path: string;
  /** Where to read it again. */
  file: string;
  sha256: string;
  rows: number;
  /** `changes`: not a file that a person could correct and feed back. */
  kind: 'csv' | 'changes';
  /** The configuration of its source says where it is, the command did not. */
  by_source?: true;
  /** How it is read; UTF-8 with commas when absent. */
  dialect?: Dialect;
  /** Which of its records belong to the run, as a digest of their lines; all do when absent. */
  only?: string;
  /** Its values are as old as the run that read them first. */
  as_of?: AsOf;
  /** When its values were true, in epoch milliseconds; when the run began when absent. */
  observed_at?: number;
  /** It was read to its end. */
  done?: boolean;
  /** Lines of the file; undefined for what later runs are not held against. */
  lines?: number;
}

/** Why the contacts of a run are looked up as they are, in words and figures. */
export interface RunLookup {
  way: 'filter' | 'account';
  plan: { way: string; why: string; others: { way: string; calls: number; desk_ms: number }[] };
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
  /** The guard rail that stopped it. */
  stop: Stop | null;
  settled: number;
  outcomes: Record<Outcome, number>;
  reasons: Record<string, number>;
  calls: Record<CallKind, number>;
  deskUs: Record<CallKind, number>;
  medians: Partial<Record<CallKind, number>>;
  /** How contacts are looked up, once that was thought about. */
  lookup: RunLookup | undefined;
  retries: number;
  rateLimited: number;
  /** Whether a process reads its source right now. */
  producing: boolean;
  reportDir: string | null;
  /** Bytes of outcomes.ndjson that were written for good. */
  drained: number;
}

/** Reads the run's hash. `producing`: a process reads its source right now. */
export function stateOf(run: string, hash: Record<string, string>, producing: boolean): RunState {
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
    stop: stopIn(hash.rail),
    settled: Number(hash.settled ?? 0),
    outcomes,
    reasons,
    calls,
    deskUs,
    medians,
    lookup: hash.lookup === undefined ? undefined : (JSON.parse(hash.lookup) as RunLookup),
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

/** How a run stands, in a word. `interrupted`: nobody reads its source and it is not read to the end. */
export function statusOf(state: RunState): RunStatus {
  if (state.finishedAt !== null) return state.cancelled ? 'cancelled' : 'finished';
  // What comes by webhook is never read to an end while its day lasts.
  if (state.readDone || state.producing || state.command === 'serve') return 'running';
  return 'interrupted';
}

function reconciledBy({ options, files }: RunState): Pick<Summary, 'reconciled'> {
  const times = files.flatMap(({ observed_at, as_of }) => observed_at ?? as_of?.at ?? []);
  if (options.source === undefined || times.length === 0) return {};
  return { reconciled: { source: options.source.name, as_of: new Date(Math.min(...times)).toISOString() } };
}

/** How the mapping was named: by a source, a preset, or both. */
function namedBy(mapping: RunOptions['mapping']): Pick<Summary, 'source' | 'preset'> {
  return mapping === undefined ? {} : (mapping.flags ?? { source: mapping.name });
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
    ...(state.options.account === undefined ? {} : { account: state.options.account }),
    ...(state.options.of === undefined ? {} : { of: state.options.of }),
    ...namedBy(state.options.mapping),
    ...reconciledBy(state),
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
    files: state.files.map(({ path, rows, sha256, by_source }) => ({
      path,
      rows,
      sha256,
      ...(by_source === undefined ? {} : { by_source }),
    })),
    report_dir: reportDir,
    ...(state.stop === null ? {} : { stopped_by: state.stop.name, stopped_why: state.stop.sentence }),
  };
}
