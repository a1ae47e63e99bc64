import { setTimeout as sleep } from 'node:timers/promises';
import type { WriteHold } from '../queue/hold.ts';
import type { Runs } from '../run/runs.ts';
import type { RunFile, RunState } from '../run/state.ts';
import { Chunk, type ChunkTools } from './chunk.ts';
import { type PlannedSource, runFileOf, type SourceRow } from './source.ts';

export interface ProduceTools extends ChunkTools {
  runs: Runs;
  /** The server that had the checkpoint from which is read; nothing is noted on another one. Absent: whichever there is. */
  server?: string;
  hold: WriteHold;
  /** Changes pending in mailboxes and waiting for look-up. */
  backlog: () => Promise<number>;
  /** Puts those aside whose record was deleted since they were true; absent when nothing says which record a row is of. */
  bury?: (file: PlannedSource, rows: SourceRow[], observedAt: number) => Promise<SourceRow[]>;
  /** Why Redis may not be given more, in a sentence; undefined while it has room. */
  full: () => Promise<string | undefined>;
  /** Told why reading pauses for want of room, and null when it goes on. */
  onHeldBack: (why: string | null) => void;
  /** Reading pauses above this many changes in Redis, and goes on below half of it. */
  highWater: number;
  /**
   * Writes wait until all rows are looked up, however many they are. A plan has to: nothing is written, so a row that came
   * after others of its contact had been let go would be compared with a desk that does not hold what they set.
   */
  holdsAll?: boolean;
  signal: AbortSignal;
  /** Called after every chunk, and after every file with the part of all bytes that was read (0..1). */
  onProgress?: (rows: number, fraction: number | null) => void;
}

/** Whether all of it was read, or another server has to be told some of it again. */
export type Produced = 'read' | 'elsewhere';

/**
 * Rows between two checkpoints. More would be a little quicker to read but hold Redis, and with it every call, for too
 * long at a time (19 ms for the jobs of 500). The first chunks are smaller, so that the desk has work at once.
 */
const CHUNK = 100;
const FIRST_CHUNK = 50;
/** Rows that memory settles are no work for anybody: with many of them, more rows go in one go. */
const REMEMBERED_CHUNK = 1000;
const HELD_BACK_NAP_MS = 100;

/**
 * With so many changes waiting and somebody at work on them, reading rests so many times as long as it takes: the calls of
 * this process, and Redis, come first. Rows that memory settles are no work for anybody, so they need no rest.
 */
const ENOUGH = 300;
const RESTS = 4;

/**
 * Chunks that are on their way while another one is read and mapped, when memory settles most rows: neither Redis nor this
 * process waits for the other. Rows that somebody has to work on go one chunk after the other.
 */
const AHEAD = 4;

/**
 * Reads the files of a run and puts every row on its way: into a mailbox (an id and nothing to look it up by), to a
 * look-up, or straight to its outcome when the row itself is wrong. Continues behind the run's checkpoint; what is read
 * twice after a crash is recognised by its number. Memory and Redis stay bounded: it holds back while much is pending,
 * and while Redis is nearly full. Ends early when another server takes over that may lack some rows: read on behind the
 * checkpoint that this one has.
 */
export async function produce(
  state: RunState,
  files: readonly PlannedSource[],
  tools: ProduceTools,
): Promise<Produced> {
  const progress: RunFile[] = files.map((file, i) => ({
    ...runFileOf(file),
    ...state.files[i],
    rows: state.files[i]?.rows ?? 0,
  }));
  const bytes = files.reduce((sum, { size }) => sum + size, 0) || 1;
  let bytesBefore = 0;
  let base = 0;
  let cancelled = state.cancelled;
  let elsewhere = false;
  let backlog = 0;
  let resting = false;
  let sent: Promise<void> = Promise.resolve();
  const going: Promise<void>[] = [];
  const size = { now: FIRST_CHUNK };
  if (state.rows === 0) await tools.hold.begin(state.run);
  await holdBack(tools, 0);
  for (const [index, file] of files.entries()) {
    const known = state.files[index]?.done === true;
    if (!known) {
      let row = Math.max(base, state.rows);
      const from = row - base;
      try {
        const { observed_at, as_of } = state.files[index] ?? {};
        const bury = (rows: SourceRow[]) =>
          tools.bury?.(file, rows, observed_at ?? as_of?.at ?? state.startedAt) ?? Promise.resolve(rows);
        for await (const rows of chunksOf(file, from, size, bury)) {
          const chunk = new Chunk(state, file, tools, cancelled).map(rows, index, row);
          row += rows.length;
          // The chunks before go their way while this one is read and mapped.
          while (going.length >= (size.now > CHUNK ? AHEAD : 1)) await going.shift();
          tools.signal.throwIfAborted();
          if (elsewhere) break;
          chunk.ask();
          const until = row;
          const before = sent;
          const startedAt = tools.now();
          const sending = chunk.send();
          sent = (async () => {
            const handedOn = await sending;
            await before;
            size.now = nextSize(size.now, rows.length, handedOn);
            const untouched = backlog + rows.length;
            if (elsewhere) return;
            const noting = tools.runs.checkpoint(state.run, until, tools.server);
            const [noted, pending] = await Promise.all([noting, tools.backlog()]);
            cancelled ||= noted === 'cancelled';
            elsewhere ||= noted === 'elsewhere';
            backlog = pending;
            resting = pending > ENOUGH && pending < untouched && handedOn * 2 > rows.length;
            tools.onProgress?.(until, null);
          })();
          const noted = sent;
          const gone = (async () => {
            await noted;
            if (cancelled || elsewhere) return;
            if (resting) await sleep(RESTS * (tools.now() - startedAt), undefined, { signal: tools.signal });
            await holdBack(tools, backlog);
          })();
          // It is waited for with a later chunk; until then nobody listens.
          gone.catch(() => undefined);
          going.push(gone);
        }
        await sent;
      } finally {
        // Whatever ended the reading, nothing of it goes on behind our back.
        await Promise.allSettled([sent, ...going]);
      }
      if (elsewhere) return 'elsewhere';
      progress[index]!.rows = row - base;
    }
    progress[index]!.done = true;
    base += progress[index]!.rows;
    bytesBefore += file.size;
    if ((await tools.runs.fileDone(state.run, progress, base, tools.server)) === 'elsewhere') return 'elsewhere';
    tools.onProgress?.(base, bytesBefore / bytes);
  }
  return (await tools.runs.readDone(state.run, progress, base, tools.server)) === 'elsewhere' ? 'elsewhere' : 'read';
}

/** `size` may change from one chunk to the next. */
async function* chunksOf(
  file: PlannedSource,
  from: number,
  size: Readonly<{ now: number }>,
  bury: (rows: SourceRow[]) => Promise<SourceRow[]>,
): AsyncGenerator<SourceRow[]> {
  for await (const batch of file.read(from)) {
    const records = await bury(batch);
    for (let i = 0; i < records.length; ) {
      const end = i + size.now;
      yield records.slice(i, end);
      i = end;
    }
  }
}

/** Twice as many rows as long as no more than `CHUNK` of them are to be worked on. */
function nextSize(size: number, rows: number, handedOn: number): number {
  const enough = handedOn === 0 ? REMEMBERED_CHUNK : Math.ceil((CHUNK * rows) / handedOn);
  return Math.min(size * 2, REMEMBERED_CHUNK, enough);
}

async function holdBack(tools: ProduceTools, backlog: number): Promise<void> {
  const over = backlog > tools.highWater;
  let why = await tools.full();
  if (!over && why === undefined) return;
  // As late as can be, so that the guard rails see as much of the file as can be: look-ups and writes share the desk's
  // limit, so a write that waits for look-ups costs no time. Held any longer, the mark would never be left again.
  do {
    if (tools.holdsAll !== true || why !== undefined) await tools.hold.releaseAll();
    tools.onHeldBack(why ?? null);
    await sleep(HELD_BACK_NAP_MS, undefined, { signal: tools.signal });
    why = await tools.full();
  } while (why !== undefined || (over && (await tools.backlog()) > tools.highWater / 2));
  tools.onHeldBack(null);
}
