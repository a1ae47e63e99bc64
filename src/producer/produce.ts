import { setTimeout as sleep } from 'node:timers/promises';
import type { Definitions } from '../contact/attribute.ts';
import { toChange } from '../mapping/change.ts';
import { lookupOf } from '../match/condition.ts';
import type { WriteHold } from '../queue/hold.ts';
import { type Intake, LOOKUP_KINDS, type LookupKind, type WaitingRow } from '../queue/intake.ts';
import type { Jobs } from '../queue/jobs.ts';
import type { Delivery, Mailboxes } from '../queue/mailbox.ts';
import { versionOf } from '../queue/version.ts';
import { type Ending, NO_CALL } from '../run/entry.ts';
import type { Ledger } from '../run/ledger.ts';
import type { Runs } from '../run/runs.ts';
import type { RunFile, RunState } from '../run/state.ts';
import type { PlannedSource, SourceRow } from './source.ts';

export interface ProduceTools {
  runs: Runs;
  ledger: Ledger;
  intake: Intake;
  mailboxes: Mailboxes;
  jobs: Jobs;
  hold: WriteHold;
  /** Changes pending in mailboxes and waiting for look-up. */
  backlog: () => Promise<number>;
  /** Reading pauses above this many changes in Redis, and goes on below half of it. */
  highWater: number;
  definitions: Definitions | undefined;
  signal: AbortSignal;
  now: () => number;
  /** Called after every chunk, and after every file with the part of all bytes that was read (0..1). */
  onProgress?: (rows: number, fraction: number | null) => void;
}

/**
 * Rows between two checkpoints. More would be a little quicker to read but hold Redis, and with it every call, for too
 * long at a time (19 ms for the jobs of 500). The first chunks are smaller, so that the desk has work at once.
 */
const CHUNK = 100;
const FIRST_CHUNK = 50;
const HELD_BACK_NAP_MS = 100;

/**
 * With so many changes waiting and somebody at work on them, reading rests so many times as long as it takes: the calls of
 * this process, and Redis, come first.
 */
const ENOUGH = 1000;
const RESTS = 4;

/**
 * Reads the files of a run and puts every row on its way: into a mailbox (an id and nothing to look it up by), to a
 * look-up, or straight to its outcome when the row itself is wrong. Continues behind the run's checkpoint; what is read
 * twice after a crash is recognised by its number. Memory and Redis stay bounded: it holds back while much is pending.
 */
export async function produce(state: RunState, files: readonly PlannedSource[], tools: ProduceTools): Promise<void> {
  const progress: RunFile[] = files.map(({ path, file, sha256, kind }, i) => ({
    path,
    file,
    sha256,
    kind,
    ...state.files[i],
    rows: state.files[i]?.rows ?? 0,
  }));
  const bytes = files.reduce((sum, { size }) => sum + size, 0) || 1;
  let bytesBefore = 0;
  let base = 0;
  let cancelled = state.cancelled;
  let backlog = 0;
  if (state.rows === 0) await tools.hold.begin(state.run);
  for (const [index, file] of files.entries()) {
    const known = state.files[index]?.done === true;
    if (!known) {
      let row = Math.max(base, state.rows);
      const from = row - base;
      for await (const chunk of chunksOf(file, from)) {
        tools.signal.throwIfAborted();
        const startedAt = tools.now();
        const entries = chunk.map((record, i) => ({ record, place: { row: row + i, file: index, line: record.line } }));
        await new Chunk(state, file, tools, cancelled).send(entries);
        row += chunk.length;
        cancelled = (await tools.runs.checkpoint(state.run, row)) || cancelled;
        tools.onProgress?.(row, null);
        if (cancelled) continue;
        const untouched = backlog + chunk.length;
        backlog = await tools.backlog();
        if (backlog > ENOUGH && backlog < untouched) {
          await sleep(RESTS * (tools.now() - startedAt), undefined, { signal: tools.signal });
        }
        await holdBack(state.run, tools, backlog);
      }
      progress[index]!.rows = row - base;
    }
    progress[index]!.done = true;
    base += progress[index]!.rows;
    bytesBefore += file.size;
    await tools.runs.fileDone(state.run, progress, base);
    tools.onProgress?.(base, bytesBefore / bytes);
  }
  await tools.runs.readDone(state.run, progress, base);
}

async function* chunksOf(file: PlannedSource, from: number): AsyncGenerator<SourceRow[]> {
  let size = FIRST_CHUNK;
  for await (const records of file.read(from)) {
    for (let i = 0; i < records.length; ) {
      yield records.slice(i, i + size);
      i += size;
      size = Math.min(size * 2, CHUNK);
    }
  }
}

async function holdBack(run: string, tools: ProduceTools, backlog: number): Promise<void> {
  if (backlog <= tools.highWater) return;
  // As late as can be, so that the guard rails see as much of the file as can be: look-ups and writes share the desk's
  // limit, so a write that waits for look-ups costs no time. Held any longer, the mark would never be left again.
  await tools.hold.release(run);
  do await sleep(HELD_BACK_NAP_MS, undefined, { signal: tools.signal });
  while ((await tools.backlog()) > tools.highWater / 2);
}

interface Entry {
  record: SourceRow;
  place: { row: number; file: number; line: number };
}

/** Some rows on their way, sorted by where they go. */
class Chunk {
  readonly #state: RunState;
  readonly #file: PlannedSource;
  readonly #tools: ProduceTools;
  readonly #cancelled: boolean;
  readonly #endings: Ending[] = [];
  readonly #blind: Delivery[] = [];
  readonly #lookUps: Record<LookupKind, WaitingRow[]> = { index: [], identifier: [], id: [] };

  constructor(state: RunState, file: PlannedSource, tools: ProduceTools, cancelled: boolean) {
    this.#state = state;
    this.#file = file;
    this.#tools = tools;
    this.#cancelled = cancelled;
  }

  /** Resolves when every row is safely in Redis. */
  async send(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) this.#sort(entry);
    const { ledger, intake, mailboxes, jobs } = this.#tools;
    const [, contacts, ...batches] = await Promise.all([
      ledger.settle(this.#endings),
      mailboxes.deliver(this.#blind),
      ...LOOKUP_KINDS.map((kind) => intake.take(kind, this.#lookUps[kind])),
    ]);
    // Nothing is to be learnt about rows that are written without being read, so they do not wait for the others.
    await jobs.add(contacts, batches.flat());
  }

  #sort({ record, place }: Entry): void {
    const { run, options } = this.#state;
    const end = (outcome: Ending['outcome'], reason: Ending['reason'], detail = '') =>
      this.#endings.push({ run, place, outcome, reason, circumstances: { ...NO_CALL, detail } });
    if (this.#cancelled) return void end('cancelled', 'run-cancelled');
    if (options.limit !== null && place.row >= options.limit) return void end('skipped', 'over-limit');
    if ('fault' in record) return void end('invalid', record.fault.reason, record.fault.detail);
    const change =
      'change' in record
        ? { ...place, ...record.change }
        : toChange(this.#file.plan!, place, record.cells, this.#tools.definitions);
    if ('fault' in change) return void end('invalid', change.fault.reason, change.fault.detail);
    const version = versionOf(this.#state.startedAt, place.row);
    const lookup = lookupOf(change);
    if (lookup !== 'id' || options.undo || change.expect !== undefined) {
      this.#lookUps[lookup].push({ ...change, run, version, since: this.#tools.now() });
      return;
    }
    const fields = Object.entries(change.patch).map(([field, value]) => ({ field, version, value, differs: true }));
    this.#blind.push({
      contact: change.keys.id!,
      readAt: Number.POSITIVE_INFINITY,
      rows: [{ ...place, run, version }],
      fields,
      circumstances: { ...NO_CALL, contact: change.keys.id! },
    });
  }
}
