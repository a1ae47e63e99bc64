import { setTimeout as sleep } from 'node:timers/promises';
import type { WriteHold } from '../queue/hold.ts';
import type { Runs } from '../run/runs.ts';
import type { RunFile, RunState } from '../run/state.ts';
import { Chunk, type ChunkTools } from './chunk.ts';
import { type PlannedSource, runFileOf, type SourceRow } from './source.ts';

export interface ProduceTools extends ChunkTools {
  runs: Runs;
  hold: WriteHold;
  /** Changes pending in mailboxes and waiting for look-up. */
  backlog: () => Promise<number>;
  /** Reading pauses above this many changes in Redis, and goes on below half of it. */
  highWater: number;
  signal: AbortSignal;
  /** Called after every chunk, and after every file with the part of all bytes that was read (0..1). */
  onProgress?: (rows: number, fraction: number | null) => void;
}

/**
 * Rows between two checkpoints. More would be a little quicker to read but hold Redis, and with it every call, for too
 * long at a time (19 ms for the jobs of 500). The first chunks are smaller, so that the desk has work at once.
 */
const CHUNK = 100;
const FIRST_CHUNK = 50;
/** Rows that memory settles leave nothing behind in Redis: as long as all do, more of them go in one go. */
const REMEMBERED_CHUNK = 1000;
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
  const progress: RunFile[] = files.map((file, i) => ({ ...runFileOf(file), rows: state.files[i]?.rows ?? 0 }));
  const bytes = files.reduce((sum, { size }) => sum + size, 0) || 1;
  let bytesBefore = 0;
  let base = 0;
  let cancelled = state.cancelled;
  let backlog = 0;
  const size = { now: FIRST_CHUNK };
  if (state.rows === 0) await tools.hold.begin(state.run);
  for (const [index, file] of files.entries()) {
    const known = state.files[index]?.done === true;
    if (!known) {
      let row = Math.max(base, state.rows);
      const from = row - base;
      for await (const chunk of chunksOf(file, from, size)) {
        tools.signal.throwIfAborted();
        const startedAt = tools.now();
        const entries = chunk.map((record, i) => ({ record, place: { row: row + i, file: index, line: record.line } }));
        const handedOn = await new Chunk(state, file, tools, cancelled).send(entries);
        row += chunk.length;
        size.now = handedOn === 0 ? Math.min(size.now * 2, REMEMBERED_CHUNK) : Math.min(size.now * 2, CHUNK);
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

/** `size` may change from one chunk to the next. */
async function* chunksOf(
  file: PlannedSource,
  from: number,
  size: Readonly<{ now: number }>,
): AsyncGenerator<SourceRow[]> {
  for await (const records of file.read(from)) {
    for (let i = 0; i < records.length; ) {
      const end = i + size.now;
      yield records.slice(i, end);
      i = end;
    }
  }
}

async function holdBack(run: string, tools: ProduceTools, backlog: number): Promise<void> {
  // Held any longer, a small high-water mark would never be left again.
  if (backlog > Math.min(ENOUGH, tools.highWater)) await tools.hold.release(run);
  if (backlog <= tools.highWater) return;
  do await sleep(HELD_BACK_NAP_MS, undefined, { signal: tools.signal });
  while ((await tools.backlog()) > tools.highWater / 2);
}
