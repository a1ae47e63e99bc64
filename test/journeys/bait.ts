import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'ioredis';

/** What must not be found where it does not belong: nothing else in the world looks like it. */
export const BAIT = {
  token: 'tkn9QvXz7deskToken',
  undoKey: 'und9QvXz7undoKey',
  hookSecret: 'hks9QvXz7hookSecret',
  crmToken: 'crm9QvXz7crmToken',
  email: (who: string) => `${who}@zqx-mail.test`,
  phone: (n: number) => `+49897770${n}`,
  name: (n: number) => `Qwlther ${n}`,
  value: (n: number) => `vexill-${n}`,
};

const TRACES = /9QvXz7|zqx-mail|897770|qwlther|vexill/gi;
/** As a header of HTTP Basic or a sealed record would carry it. */
const ENCODED = ['9QvXz7', 'zqx-mail', 'Qwlther', 'vexill'].flatMap((text) =>
  [0, 1, 2].map((shift) => {
    const bytes = Buffer.from(`${'-'.repeat(shift)}${text}`);
    // Of what the neighbours have a part in, nothing can be foretold.
    return bytes.toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
  }),
);

/** Where bait was found in a text, with what stands around it. */
export function traces(place: string, text: string): string[] {
  const plain = [...text.matchAll(TRACES)].map(({ index }) => index);
  const encoded = ENCODED.map((code) => text.indexOf(code)).filter((index) => index >= 0);
  return [...plain, ...encoded].map((at) => `${place}: …${text.slice(Math.max(0, at - 80), at + 40)}…`);
}

/** Bait in the files below a directory, but for those that hold it by design. */
export function tracesInFiles(dir: string, but: RegExp): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || but.test(file)) return traces('file name', entry.name);
    return [...traces('file name', entry.name), ...traces(file, readFileSync(file, 'latin1'))];
  });
}

/** Bait in the names and values of all keys, but for those that hold it by design. */
export async function tracesInRedis(redis: Redis, but = /^$/): Promise<string[]> {
  const found: string[] = [];
  for (const key of (await redis.keys('*')).sort()) {
    found.push(...traces('key', key));
    if (!but.test(key)) found.push(...traces(key, await textOf(redis, key)));
  }
  return found;
}

async function textOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, 0, '-1'));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return (await redis.get(key)) ?? '';
  }
}

/** Makes the append-only file from what is there now, uncompressed, so that what it holds can be read. */
export async function rewritten(redis: Redis): Promise<void> {
  await redis.config('SET', 'rdbcompression', 'no');
  await redis.bgrewriteaof();
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await redis.info('persistence'))) {
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Command lines of a process and of those it started, as `ps` shows them to everybody. */
export function commandLinesOf(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(dir) ? [line] : [];
      } catch {
        // Gone in the meantime, or another user's.
        return [];
      }
    });
}
