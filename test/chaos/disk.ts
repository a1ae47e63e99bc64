import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Megabytes: some times what the reports of a round take. */
const SIZE_MB = 24;

/** A small file system of its own, which can be full without harm to anybody else. */
export interface Disk {
  fill(): void;
  empty(): void;
  unmount(): void;
}

/** Mounts one at an empty directory; undefined where that is not allowed (it takes root on Linux). */
export function smallDisk(dir: string): Disk | undefined {
  const size = `size=${SIZE_MB}m`;
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'none', dir], { stdio: 'ignore' });
  if (status !== 0) return undefined;
  const filler = join(dir, 'filler');
  const unmount = () => void spawnSync('umount', ['-l', dir], { stdio: 'ignore' });
  process.once('exit', unmount);
  return {
    fill() {
      const file = openSync(filler, 'w');
      for (const bytes of [2 ** 20, 4096, 1]) {
        try {
          while (writeSync(file, Buffer.alloc(bytes)) === bytes);
        } catch {
          // Full; a smaller piece may still fit.
        }
      }
      closeSync(file);
    },
    empty: () => rmSync(filler, { force: true }),
    unmount() {
      process.off('exit', unmount);
      unmount();
    },
  };
}
