import { constants, createReadStream, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { writeWhole } from './write-whole.ts';

/** Made when it is not there; a link to another file is not followed. */
const OWN = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * What a run overwrote, a line a write, in the order of the writes. A crash may leave half a line, which is cut off, and
 * lines that come once more, which say nothing new: the first former value of a field counts, and the last new one.
 */
export class ChangesFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #length = 0;

  constructor(file: string) {
    this.#path = file;
  }

  /** Resolves when the lines are safe on the disk. The file is made with the first of them. */
  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    this.#file ??= await this.#open();
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    await writeWhole(this.#file, bytes, this.#length);
    await this.#file.datasync();
    this.#length += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #open(): Promise<FileHandle> {
    await mkdir(path.dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(this.#path, OWN, 0o600);
    this.#length = await wholeLines(file);
    // What is written next may be shorter than the half line it replaces.
    await file.truncate(this.#length);
    return file;
  }
}

/** Bytes up to the end of the last whole line. */
async function wholeLines(file: FileHandle): Promise<number> {
  const chunk = Buffer.alloc(1 << 16);
  for (let end = (await file.stat()).size; end > 0; ) {
    const from = Math.max(0, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - from, from);
    const last = chunk.subarray(0, bytesRead).lastIndexOf(10);
    if (last >= 0) return from + last + 1;
    end = from;
  }
  return 0;
}

/** The whole lines of such a file; none when there is no file. */
export async function* changesIn(file: string): AsyncGenerator<string> {
  if (!existsSync(file)) return;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '') yield line;
  }
}
