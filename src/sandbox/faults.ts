import type { Json } from './json.ts';

/** Which requests a fault strikes; what is left out matches everything. */
export interface FaultMatch {
  method?: string;
  /** Part of the path with its query, or a regular expression over it (text between slashes when sent over HTTP). */
  path?: string | RegExp;
  /** The contact id in the path. */
  contactId?: number;
  /** Part of the body as it was sent, or a regular expression over it. */
  body?: string | RegExp;
  /** Strike only the n-th matching request and later ones (1-based). Default 1. */
  nth?: number;
}

/** What happens to a struck request; `applied` says whether the desk does its work all the same. Default false. */
export type FaultEffect =
  | { kind: 'status'; status: number; json?: Json; headers?: Record<string, string>; applied?: boolean }
  | { kind: 'html'; status: number; applied?: boolean }
  | { kind: 'reset'; applied?: boolean }
  | { kind: 'hang'; applied?: boolean }
  | { kind: 'slow'; ms: number }
  | { kind: 'delay'; ms: number }
  | { kind: 'rate-limit'; retryAfter?: number | string };

export interface Fault {
  match?: FaultMatch;
  effect: FaultEffect;
  /** How many requests it strikes. Default 1. */
  times?: number | 'always';
}

/** A fault as it stands: how often it may still strike and how often it did. */
export interface ArmedFault extends Fault {
  seen: number;
  struck: number;
}

/** What goes wrong, scripted: the first armed fault that matches a request strikes it. */
export class FaultPlan {
  readonly #faults: ArmedFault[] = [];

  /** Arms a fault and returns it, so that a test can ask how often it struck. */
  add(fault: Fault): ArmedFault {
    const armed: ArmedFault = { ...fault, seen: 0, struck: 0 };
    this.#faults.push(armed);
    return armed;
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The faults in the order they were added, spent ones included. */
  list(): readonly ArmedFault[] {
    return this.#faults;
  }

  /** The effect on a request, if any; counts it. `path` includes the query. */
  strike(method: string, path: string, contactId: number, body: Buffer): FaultEffect | undefined {
    for (const fault of this.#faults) {
      const times = fault.times ?? 1;
      if (times !== 'always' && fault.struck >= times) continue;
      if (!matches(fault.match ?? {}, method, path, contactId, body)) continue;
      fault.seen += 1;
      if (fault.seen < (fault.match?.nth ?? 1)) continue;
      fault.struck += 1;
      return fault.effect;
    }
    return undefined;
  }
}

function matches(match: FaultMatch, method: string, path: string, contactId: number, body: Buffer): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (match.contactId !== undefined && match.contactId !== contactId) return false;
  if (match.path !== undefined && !holds(match.path, path)) return false;
  return match.body === undefined || holds(match.body, body.toString('utf8'));
}

function holds(wanted: string | RegExp, text: string): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}
