/** An object of a delivery. Its keys come from outside: read them with `own`. */
export type Untrusted = Record<string, unknown>;

export function isRecord(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands under a chain of names, never what an object inherits; undefined when a step is missing. */
export function own(value: unknown, ...names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (!isRecord(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** An id as text, whether it was sent as text or as a number; null when it is neither, or blank. */
export function idText(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** A word of a sender as it may stand in a sentence: what looks like anything but a name is not repeated, it could be a person's. */
export function quoted(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z][\w./-]{0,59}$/.test(value) ? `"${value}"` : 'something without a name';
}
