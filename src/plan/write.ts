import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PlanEntry } from './entry.ts';
import { PlanFileError } from './error.ts';
import { checksumLine, entryLine, headerLine, type PlanHeader } from './line.ts';

/** Only its owner may read a plan: it holds values of contacts. */
const MODE = 0o600;
/** UTF-16 units gathered before they are written. */
const AT_ONCE = 1 << 16;

/**
 * Writes a plan's file while its entries come by: a header, a line a row, a checksum. It grows beside its place and moves
 * there whole, so half a plan never stands under its name; what stood there before is replaced.
 */
export class PlanWriter {
  readonly #place: string;
  readonly #unfinished: string;
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #rows = 0;
  #waiting: string;
  #writing: Promise<void> = Promise.resolve();

  private constructor(place: string, unfinished: string, file: FileHandle, header: PlanHeader) {
    this.#place = place;
    this.#unfinished = unfinished;
    this.#file = file;
    this.#waiting = headerLine(header);
  }

  /** @throws PlanFileError when it cannot be written there: said before the work, not after it */
  static async open(place: string, header: PlanHeader): Promise<PlanWriter> {
    const stands = await stat(place).catch(() => undefined);
    if (stands !== undefined && !stands.isFile()) {
      throw new PlanFileError('not-a-file', place, 'is no file that could be replaced. Name a file with --out.');
    }
    const unfinished = `${place}.${randomUUID()}.part`;
    try {
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
      return new PlanWriter(place, unfinished, await open(unfinished, 'wx', MODE), header);
    } catch (error) {
      throw unwritable(place, error);
    }
  }

  /**
   * Adds one row. Wait for it before the next when there are many, or they gather in memory.
   *
   * @throws PlanFileError when the file cannot be written any further
   */
  add(entry: PlanEntry): Promise<void> {
    this.#rows++;
    this.#waiting += entryLine(entry);
    if (this.#waiting.length >= AT_ONCE) this.#send();
    return this.#writing;
  }

  /**
   * Ends the file and moves it to its place; answers the checksum, in hex.
   *
   * @throws PlanFileError when it cannot be written; nothing is left behind then
   */
  async finish(): Promise<string> {
    try {
      this.#send();
      await this.#writing;
      const sha256 = this.#hash.digest('hex');
      await this.#file.writeFile(checksumLine(sha256, this.#rows));
      await this.#file.sync();
      await this.#file.close();
      await rename(this.#unfinished, this.#place);
      return sha256;
    } catch (error) {
      await this.discard();
      throw unwritable(this.#place, error);
    }
  }

  /** Leaves nothing behind, and what stood in its place as it was. Does nothing after `finish`. */
  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
    await rm(this.#unfinished, { force: true });
  }

  #send(): void {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    this.#hash.update(bytes);
    this.#writing = this.#writing
      .then(() => this.#file.writeFile(bytes))
      .catch((error: unknown) => {
        throw unwritable(this.#place, error);
      });
    // Whoever waits for `add` or `finish` is told; until then it is nobody's unhandled rejection.
    this.#writing.catch(() => undefined);
  }
}

function unwritable(place: string, error: unknown): PlanFileError {
  if (error instanceof PlanFileError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const why = `cannot be written (${code ?? message}). Make room there, or name another place with --out.`;
  return new PlanFileError('unwritable', place, why, { cause: error });
}
