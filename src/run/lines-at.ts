import { type FileHandle, open } from 'node:fs/promises';

const LF = 0x0a;
const BLOCK = 1 << 16;

/**
 * Rows end nearly in their order but not quite, and those that are refused at once stand far before their neighbours: so
 * several places of the file are read in turns. Two megabytes of it are kept.
 */
const BLOCKS = 32;

/** Lines of a file by the byte at which they begin, quick where neighbours are asked for one after the other. */
export class LinesAt {
  readonly #file: FileHandle;
  /** By their number; the one that was used last comes last. */
  readonly #blocks = new Map<number, Buffer>();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<LinesAt> {
    return new LinesAt(await open(path));
  }

  /** The line that begins there, without its line break. */
  async at(start: number): Promise<string> {
    let number = Math.floor(start / BLOCK);
    let from = start % BLOCK;
    const parts: Buffer[] = [];
    for (;;) {
      const block = this.#blocks.get(number) ?? (await this.#read(number));
      this.#use(number, block);
      const end = block.indexOf(LF, from);
      parts.push(block.subarray(from, end < 0 ? block.length : end));
      if (end >= 0 || block.length < BLOCK) break;
      number++;
      from = 0;
    }
    return (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #read(number: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(BLOCK), 0, BLOCK, number * BLOCK);
    return buffer.subarray(0, bytesRead);
  }

  #use(number: number, block: Buffer): void {
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    if (this.#blocks.size > BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
  }
}
