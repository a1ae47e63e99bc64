import type { Parsed } from './parse.ts';
import { isRecord, own, type Untrusted } from './untrusted.ts';

const MOST_PAIRS = 2000;
const MOST_STEPS = 20;

/**
 * Reads `contact.email=a&contact[tags][]=x` to nested objects and lists; every value is text. A name that is given twice
 * holds a list of its values. Objects whose names count 0, 1, 2 become lists afterwards, so no index can ask for memory.
 */
export function parseForm(text: string): Parsed {
  if (/^\s*[[{]/.test(text))
    return { fault: 'the body is declared as a form and looks like JSON: send content-type application/json' };
  const pairs = text
    .trim()
    .split('&')
    .filter((pair) => pair !== '');
  if (pairs.length > MOST_PAIRS)
    return { fault: `the form has more than ${MOST_PAIRS} fields: send fewer events at a time` };
  const root: Untrusted = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = decoded(at < 0 ? pair : pair.slice(0, at));
    const value = decoded(at < 0 ? '' : pair.slice(at + 1));
    if (name === undefined || value === undefined)
      return { fault: 'the form is not encoded as UTF-8: send JSON instead' };
    const steps = stepsOf(name);
    if (steps.length > MOST_STEPS)
      return { fault: `a field of the form nests deeper than ${MOST_STEPS} levels: send it flatter` };
    if (steps.includes('__proto__')) continue;
    if (!put(root, steps, value))
      return { fault: 'a field of the form is both a value and a group of fields: name it differently' };
  }
  return { value: listed(root) };
}

/** `a.b[0][]` is a, b, 0 and the empty step that means the next place of a list. */
function stepsOf(name: string): string[] {
  const bracketed = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (bracketed === null) return name.split('.');
  return [...bracketed[1]!.split('.'), ...bracketed[2]!.slice(1, -1).split('][')];
}

function put(root: Untrusted, steps: readonly string[], value: string): boolean {
  let at = root;
  for (const [place, step] of steps.entries()) {
    const name = step === '' && place > 0 ? String(Object.keys(at).length) : step;
    const held = own(at, name);
    if (place === steps.length - 1) {
      if (isRecord(held)) return false;
      if (Array.isArray(held)) held.push(value);
      else define(at, name, held === undefined ? value : [held, value]);
    } else {
      if (held !== undefined && !isRecord(held)) return false;
      const child = held ?? {};
      if (held === undefined) define(at, name, child);
      at = child;
    }
  }
  return true;
}

function define(object: Untrusted, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function listed(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, child]) => [name, listed(child)] as const);
  const counted = entries.length > 0 && entries.every(([name], place) => name === String(place));
  return counted ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
