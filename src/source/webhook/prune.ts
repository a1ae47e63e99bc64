import type { Parsed } from './parse.ts';
import { own, type Untrusted } from './untrusted.ts';

/** No sender nests deeper by half; whoever reads the value may call itself that often without a thought. */
const DEEPEST = 64;

/**
 * Takes out of a parsed value what could reach a prototype: `__proto__` anywhere, and `constructor` where it holds a
 * `prototype`. A delivery is not refused for it: it is authentic, and the rest of what it says is wanted.
 */
export function pruned(value: unknown): Parsed {
  if (prune(value, 0)) return { value };
  return { fault: `the body nests deeper than ${DEEPEST} levels: send it flatter` };
}

/** False when it nests too deep. */
function prune(node: unknown, depth: number): boolean {
  if (typeof node !== 'object' || node === null) return true;
  if (depth >= DEEPEST) return false;
  if (Array.isArray(node)) return node.every((child) => prune(child, depth + 1));
  const record = node as Untrusted;
  // Deleting costs an object its shape, so only where there is something.
  if (Object.hasOwn(record, '__proto__')) Reflect.deleteProperty(record, '__proto__');
  if (own(record, 'constructor', 'prototype') !== undefined) Reflect.deleteProperty(record, 'constructor');
  for (const name of Object.keys(record)) if (!prune(record[name], depth + 1)) return false;
  return true;
}
