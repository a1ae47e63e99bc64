import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process told apart from a later one that was given the same pid. */
export interface Living {
  pid: number;
  /** When it was born, in the system's own words: only ever compared for equality. */
  born: string;
}

/** From /proc: a zombie counts as gone, since in a container without an init nobody may ever collect it. */
function fromProc(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command name stands in parentheses and may hold anything, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function fromPs(pid: number): string | undefined {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return line.startsWith('Z') ? undefined : line.split(/\s+/).slice(1).join(' ') || undefined;
}

/** When the process with this pid was born, or undefined when there is none. */
export function bornAt(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** The process with this pid, or undefined when there is none. */
export function identify(pid: number): Living | undefined {
  const born = bornAt(pid);
  return born === undefined ? undefined : { pid, born };
}

/** Whether this very process still lives. */
export function isAlive(one: Living): boolean {
  return bornAt(one.pid) === one.born;
}
