/** The servers that are told apart; each but Redis speaks its protocol and reports some Redis version beside its own. */
export type ServerKind = 'redis' | 'valkey' | 'dragonfly' | 'keydb';

/**
 * The oldest version that is trusted with the queue. Redis before 7.0.8 can block a worker for ever on a short BZPOPMIN
 * (bullmq #2515). Servers without an entry are judged by the Redis version they claim.
 */
const OLDEST: Partial<Record<ServerKind, string>> = { redis: '7.0.8', valkey: '7.2.0' };

/** What every text says is needed. */
export const NEEDED = 'Redis 7.0.8 or newer, or Valkey 7.2 or newer';

/** Compares two dotted versions number by number: negative when `a` is older than `b`. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let place = 0; place < 3; place += 1) {
    const difference = (left?.[place] ?? 0) - (right?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a server of this kind and version is too old to be trusted with the queue. */
export function isTooOld(kind: ServerKind, version: string): boolean {
  return compare(version, OLDEST[kind] ?? OLDEST.redis!) < 0;
}
