/** What came over the wire. */
export interface Answer {
  status: number;
  /** Media type without parameters. */
  type: string;
  text: string;
}

/** Values by name; `{name}` in the recording stands for them. */
export type Variables = Record<string, unknown>;

/** Not part of the contract: what a user set in their own screen. */
const IGNORED_KEYS = new Set(['ui_settings']);

/** Puts variables in place: `{name}` alone keeps the value's type, inside a text it becomes text; `<256 x>` is written out. */
export function fill(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const alone = /^\{(\w+)\}$/.exec(value)?.[1];
    if (alone !== undefined && alone in variables) return variables[alone];
    const repeated = /^<(\d+) x>$/.exec(value)?.[1];
    if (repeated !== undefined) return 'x'.repeat(Number(repeated));
    return value.replace(/\{(\w+)\}/g, (whole, name: string) => (name in variables ? String(variables[name]) : whole));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, variables)]));
}

/** All differences between a recorded response and an answer; empty when they are equal. */
export function differencesOf(
  expected: { status: number; type: string; body: unknown },
  answer: Answer,
  variables: Variables,
  onlyMeta = false,
): string[] {
  const found: string[] = [];
  if (expected.status !== answer.status) found.push(`status: expected ${expected.status}, got ${answer.status}`);
  if (expected.type !== answer.type) found.push(`type: expected ${expected.type}, got ${answer.type}`);
  const body = fill(expected.body, variables);
  if (isContains(body)) {
    if (answer.text.includes(body['<contains>']) !== body['<found>']) found.push(`body: ${JSON.stringify(body)}`);
    return found;
  }
  if (typeof body === 'string') {
    if (body !== '<any>' && body !== answer.text)
      found.push(`body: expected ${short(body)}, got ${short(answer.text)}`);
    return found;
  }
  let actual: unknown;
  try {
    actual = JSON.parse(answer.text);
  } catch {
    return [...found, `body: expected JSON, got ${short(answer.text)}`];
  }
  if (onlyMeta) compare((body as { meta: unknown }).meta, (actual as { meta: unknown }).meta, 'body.meta', found);
  else compare(body, actual, 'body', found);
  return found;
}

function compare(expected: unknown, actual: unknown, at: string, found: string[]): void {
  if (expected === '<any>') {
    if (actual === undefined) found.push(`${at}: missing`);
    return;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) found.push(`${at}: expected an array, got ${short(actual)}`);
    else {
      if (expected.length !== actual.length)
        found.push(`${at}: expected ${expected.length} items, got ${actual.length}`);
      for (const [index, item] of expected.entries()) compare(item, actual[index], `${at}[${index}]`, found);
    }
    return;
  }
  if (typeof expected !== 'object' || expected === null) {
    if (expected !== actual) found.push(`${at}: expected ${short(expected)}, got ${short(actual)}`);
    return;
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) {
    found.push(`${at}: expected an object, got ${short(actual)}`);
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    if (IGNORED_KEYS.has(key)) continue;
    const wanted = (expected as Variables)[key];
    if (!Object.hasOwn(expected, key))
      found.push(`${at}.${key}: not expected, got ${short((actual as Variables)[key])}`);
    else compare(wanted, Object.hasOwn(actual, key) ? (actual as Variables)[key] : undefined, `${at}.${key}`, found);
  }
}

function isContains(body: unknown): body is { '<contains>': string; '<found>': boolean } {
  return typeof body === 'object' && body !== null && '<contains>' in body;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
