import { type FileHandle, open } from 'node:fs/promises';

const LF = 0x0a;
const WINDOW = 1 << 16;

/** Rows end nearly in their order, but not quite, and of several kinds of trouble each has its own place in the file. */
const WINDOWS = 8;

interface Window {
  from: number;
  bytes: Buffer;
}

/** Lines of a file by the byte at which they begin. Holds half a megabyte, however large the file is. */
export class LinesAt {
  readonly #file: FileHandle;
  /** The one that was used last comes first. */
  #windows: Window[] = [];

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<LinesAt> {
    return new LinesAt(await open(path));
  }

  /** The line that begins there, without its line break. */
  async at(start: number): Promise<string> {
    for (const window of this.#windows) {
      const line = lineIn(window, start);
      if (line === undefined) continue;
      if (window !== this.#windows[0]) this.#windows = [window, ...this.#windows.filter((other) => other !== window)];
      return line;
    }
    for (let size = WINDOW; ; size *= 2) {
      const bytes = Buffer.allocUnsafe(size);
      const { bytesRead } = await this.#file.read(bytes, 0, size, start);
      const window = { from: start, bytes: bytes.subarray(0, bytesRead) };
      const line = lineIn(window, start) ?? (bytesRead < size ? window.bytes.toString() : undefined);
      if (line === undefined) continue;
      this.#windows = [window, ...this.#windows.slice(0, WINDOWS - 1)];
      return line;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function lineIn({ from, bytes }: Window, start: number): string | undefined {
  if (start < from || start >= from + bytes.length) return undefined;
  const end = bytes.indexOf(LF, start - from);
  return end < 0 ? undefined : bytes.toString('utf8', start - from, end);
}
