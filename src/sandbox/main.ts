import type { SandboxOptions } from './options.ts';
import { startSandbox } from './server.ts';

/** Where the command writes, and what ends it. */
export interface SandboxIo {
  out: (line: string) => void;
  signal: AbortSignal;
}

/** The port that the command listens on unless told otherwise. */
export const DEFAULT_SANDBOX_PORT = 4010;

/** Runs a sandbox until the signal aborts; prints one line once it listens. Rejects when the port is taken. */
export async function runSandbox(options: SandboxOptions, io: SandboxIo): Promise<void> {
  const sandbox = await startSandbox({ ...options, port: options.port ?? DEFAULT_SANDBOX_PORT });
  const account = `account ${sandbox.account}, token ${sandbox.token}`;
  const content = `version ${sandbox.version}, ${sandbox.contacts.count} contacts`;
  io.out(`sandbox listening on ${sandbox.url} (${account}, ${content})\n`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await sandbox.close();
}
