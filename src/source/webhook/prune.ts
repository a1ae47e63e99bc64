import type { Parsed } from './parse.ts';
import { isRecord, own } from './untrusted.ts';

/** No sender nests deeper by half; whoever reads the value may call itself that often without a thought. */
const DEEPEST = 64;

/**
 * Takes out of a parsed value what could reach a prototype: `__proto__` anywhere, and `constructor` where it holds a
 * `prototype`. A delivery is not refused for it: it is authentic, and the rest of what it says is wanted.
 */
export function pruned(value: unknown): Parsed {
  const open: { node: unknown; depth: number }[] = [{ node: value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (typeof node !== 'object' || node === null) continue;
    if (depth >= DEEPEST) return { fault: `the body nests deeper than ${DEEPEST} levels: send it flatter` };
    if (isRecord(node)) {
      Reflect.deleteProperty(node, '__proto__');
      if (own(node, 'constructor', 'prototype') !== undefined) Reflect.deleteProperty(node, 'constructor');
    }
    for (const child of Object.values(node)) open.push({ node: child, depth: depth + 1 });
  }
  return { value };
}
