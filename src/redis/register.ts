import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Living } from './living.ts';

/** Who runs here, in `<data dir>/redis/server.json`. Read and written only inside the lock, so it is never half true. */
export interface Register {
  socket: string;
  server: Living;
  keeper?: Living;
  /** When the server was last started in place of one that had died, in ms since 1970. */
  revivedAt?: number;
}

const NAME = 'server.json';

/** What is registered, or undefined when nothing is or the file cannot be read. */
export function readRegister(dir: string): Register | undefined {
  try {
    const register = JSON.parse(readFileSync(join(dir, NAME), 'utf8')) as Register;
    return typeof register.socket === 'string' && typeof register.server.pid === 'number' ? register : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it whole or not at all: a `kill -9` in the middle leaves the old one. */
export function writeRegister(dir: string, register: Register): void {
  const draft = join(dir, `${NAME}.new`);
  writeFileSync(draft, `${JSON.stringify(register)}\n`, { mode: 0o600 });
  renameSync(draft, join(dir, NAME));
}

/** Says that nothing runs here any more. */
export function clearRegister(dir: string): void {
  rmSync(join(dir, NAME), { force: true });
}
