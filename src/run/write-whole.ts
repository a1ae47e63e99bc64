import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of the bytes. A disk that becomes full takes a part of them, and says so by their number alone: its error comes with
 * the next try.
 */
export async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
