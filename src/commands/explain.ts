import { isFull } from '../redis/full.ts';
import { faultOf } from '../report/fault.ts';

/** Names of errors that mean: as given it cannot be done, and nothing was sent. */
const REFUSED = new Set(['ConfigError', 'MappingError', 'SourceError', 'Refusal', 'VaultError']);

/** Names of errors that mean: it could not run. */
const COULD_NOT_RUN = new Set(['RedisError', 'CannotRun', 'DrainError', 'DownloadError']);

const REDIS_FULL =
  'Redis is full; what it holds is kept. Raise its maxmemory (redis-cli CONFIG SET maxmemory 1gb), then give the same command with --run-id; "contact-sync runs" names the run.';

/** What the system says when a file system takes nothing more. */
const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

const DISK_IS_FULL =
  'The disk is full; nothing that Redis holds is lost. Make room where the reports and data_dir are, then give the same command, with --run-id if it had begun a run; "contact-sync runs" names it.';

/** Preflight faults of the settings; the others are the server's. */
const SETTINGS = new Set(['wrong-url']);

/** Faults of a plan's file that come up when some of it was carried out; the others come before. */
const STOPPED_IN = new Set(['changed-meanwhile']);

/**
 * Turns an error into words and an exit code. Errors are told apart by name, so that the overview does not load the parts
 * they come from. Anything unknown is a fault of this program and is shown with its stack.
 */
export function explain(error: unknown): { text: string; code: 2 | 3 } {
  if (!(error instanceof Error)) return ofProgram(error);
  if (REFUSED.has(error.name)) return { text: error.message, code: 2 };
  if (error.name === 'PreflightError') {
    return { text: error.message, code: SETTINGS.has((error as Error & { code: string }).code) ? 2 : 3 };
  }
  if (error.name === 'PlanFileError') {
    return { text: error.message, code: STOPPED_IN.has((error as Error & { code: string }).code) ? 3 : 2 };
  }
  if (COULD_NOT_RUN.has(error.name)) return { text: error.message, code: 3 };
  if (isFull(error)) return { text: REDIS_FULL, code: 3 };
  if (DISK_FULL.has((error as NodeJS.ErrnoException).code ?? '')) return { text: DISK_IS_FULL, code: 3 };
  return ofProgram(error);
}

function ofProgram(error: unknown): { text: string; code: 3 } {
  const { message, stack } = faultOf(error);
  return { text: `${stack || message}\nThis is a fault of contact-sync; please report it with these lines.`, code: 3 };
}
