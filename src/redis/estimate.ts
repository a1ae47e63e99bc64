import type { Redis } from 'ioredis';

/** Hashes whose names begin alike: how many, their fields, and their bytes. Exact for a few, else judged by a sample. */
export interface Estimate {
  keys: number;
  entries: number;
  bytes: number;
}

/** Keys that are looked at. With more of them a look would hold Redis up; the error of a share of 10 % is 1 % of all. */
const SAMPLE = 1000;

/** So many keys at most are all looked at. */
const FEW = 2000;

/**
 * What lies under each of these prefixes, without going through all of Redis: of many keys some are drawn by lot. Takes
 * Redis some milliseconds, whatever it holds.
 */
export async function estimate<K extends string>(
  redis: Redis,
  prefixes: Readonly<Record<K, string>>,
): Promise<Record<K, Estimate>> {
  const all = await redis.dbsize();
  const keys = all <= FEW ? await everyKey(redis) : await drawn(redis);
  const found = Object.fromEntries(
    Object.keys(prefixes).map((kind) => [kind, { keys: 0, entries: 0, bytes: 0 }]),
  ) as Record<K, Estimate>;
  const wanted = keys.flatMap((key) => {
    const kind = (Object.keys(prefixes) as K[]).find((name) => key.startsWith(prefixes[name]));
    return kind === undefined ? [] : [[key, kind] as const];
  });
  const pipeline = redis.pipeline();
  for (const [key] of wanted) pipeline.hlen(key).memory('USAGE', key);
  const said = wanted.length === 0 ? [] : ((await pipeline.exec()) ?? []);
  const each = keys.length === 0 ? 0 : Math.max(1, all / keys.length);
  for (const [i, [, kind]] of wanted.entries()) {
    found[kind].keys += each;
    // A key may be gone by now, and there are servers that do not tell.
    found[kind].entries += each * Number(said[2 * i]?.[1] ?? 0);
    found[kind].bytes += each * Number(said[2 * i + 1]?.[1] ?? 0);
  }
  for (const one of Object.values<Estimate>(found)) {
    for (const name of ['keys', 'entries', 'bytes'] as const) one[name] = Math.round(one[name]);
  }
  return found;
}

async function everyKey(redis: Redis): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, some] = await redis.scan(cursor, 'COUNT', FEW);
    cursor = next;
    for (const key of some) keys.add(key);
  } while (cursor !== '0');
  return [...keys];
}

async function drawn(redis: Redis): Promise<string[]> {
  const pipeline = redis.pipeline();
  for (let i = 0; i < SAMPLE; i++) pipeline.randomkey();
  const said = (await pipeline.exec()) ?? [];
  return said.flatMap(([, key]) => (typeof key === 'string' ? [key] : []));
}
