import { type FileHandle, open, stat } from 'node:fs/promises';
import { fault, PlanFileError } from './error.ts';
import { BEGINNING } from './line.ts';

/** Bytes read at once. */
const AT_ONCE = 1 << 16;
/** More than the beginning of any plan. */
const FEW = 16;

/**
 * Opens a file that begins like a plan. It stays this one while it is open, whatever is put in its place.
 *
 * @throws PlanFileError
 */
export async function openPlan(place: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Asked before it is opened: opening a pipe waits for somebody to write into it.
    if (!(await stat(place)).isFile()) throw fault('not-a-file', place);
    file = await open(place, 'r');
  } catch (error) {
    if (error instanceof PlanFileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw fault('missing-file', place);
    const why = `cannot be read (${code ?? message}). Make it readable for this user.`;
    throw new PlanFileError('unreadable', place, why, { cause: error });
  }
  const first = Buffer.alloc(FEW);
  await file.read(first, 0, FEW, 0);
  // Looked at first: a file of another kind may be one line of any length.
  if (BEGINNING.test(first.toString('latin1'))) return file;
  await file.close();
  throw fault('not-a-plan', place);
}

/** Size and time of the last write. */
export async function look(file: FileHandle): Promise<string> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  return `${size} ${mtimeNs}`;
}

/**
 * The bytes of a file from its beginning, read from an open handle so that it can be gone through twice.
 *
 * @param before called ahead of every read; throws when the file must not be read on
 */
export async function* chunksOf(
  file: FileHandle,
  before?: () => Promise<void>,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; ; ) {
    await before?.();
    // A new buffer each time: lines are parts of it and may outlive the next read.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(AT_ONCE), 0, AT_ONCE, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
