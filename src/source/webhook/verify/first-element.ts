const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The bytes of the first object of a JSON list, found without parsing what nobody has vouched for yet. Undefined when the body is
 * not `[{...}` followed by `,` or `]` with nothing between: what a sender writes who made the list of the same JSON text.
 */
export function firstElement(body: Buffer): Buffer | undefined {
  if (body[0] !== OPEN_LIST || body[1] !== OPEN_OBJECT) return undefined;
  let depth = 0;
  let quoted = false;
  for (let at = 1; at < body.length; at += 1) {
    const byte = body[at];
    if (quoted) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth > 0) continue;
      const next = body[at + 1];
      return next === COMMA || next === CLOSE_LIST ? body.subarray(1, at + 1) : undefined;
    }
  }
  return undefined;
}
