import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Redis } from 'ioredis';
import { keysOf } from '../../../src/redis/keys.ts';
import type { World } from '../world.ts';

/**
 * What has to be true of a key when everything is done and everybody gone: `gone` it is not there, `expires` it is there
 * for a while only, `stays` it may be there, `queue` it is BullMQ's, `plan` a plan left it that was killed and will be forgotten.
 */
type Rule = 'gone' | 'expires' | 'stays' | 'queue' | 'plan';

/** By the key as ARCHITECTURE.md writes it. */
const RULES: Record<string, Rule> = {
  '@:pace': 'expires',
  '@:turns': 'expires',
  '#:hold': 'gone',
  '@:wall': 'expires',
  '@:costs': 'stays',
  '@:streak': 'expires',
  '@:contacts-<account>:*': 'queue',
  '#:in:index': 'gone',
  '#:in:identifier': 'gone',
  '#:b:<batch>': 'gone',
  '#:batches': 'gone',
  '#:p:<contact>': 'gone',
  '#:dirty': 'gone',
  '#:v:<n>': 'expires',
  '#:in:e:<kind>': 'gone',
  '#:in:e:<kind>:cut': 'expires',
  '#:eb': 'gone',
  '#:seen:<source>:<span>-<n>:<bucket>': 'expires',
  '#:tomb:<source>:<month>': 'expires',
  '#:thin:<source>': 'gone',
  '#:thin:<source>:by': 'gone',
  '@:fetch-<account>-<source>:*': 'queue',
  '#:quarantine': 'gone',
  '#:quarantined': 'gone',
  '#:source:<source>': 'stays',
  '#:run:<run>': 'stays',
  '#:run:<run>:done': 'stays',
  '#:run:<run>:rails': 'expires',
  '#:run:<run>:compared': 'expires',
  '#:run:<run>:log': 'gone',
  '#:run:<run>:lease': 'expires',
  '#:producing': 'gone',
  '#:unwritten': 'gone',
  '#:totals': 'stays',
  '#:held': 'gone',
  '#:held-back': 'gone',
  '#:k:<n>': 'expires',
  '#:m:<n>': 'expires',
  '#:definitions': 'stays',
  '#:fields': 'stays',
  '#:shapes': 'stays',
  '#:learn-from': 'expires',
  '#:bounding': 'expires',
  '#:source:<path>': 'expires',
  '#:plans': 'stays',
  '#:plan:<plan>:*': 'plan',
  '@:plan-<account>-<plan>:*': 'plan',
  '#:runs': 'stays',
  '#:workers': 'stays',
  '#:workers:said': 'stays',
  '#:seq': 'stays',
  '#:sweeping': 'expires',
  '#:h:<n>': 'expires',
};

/** Of BullMQ's keys those that stay with an empty queue. Jobs, their locks and what keeps one contact to one job do not. */
const BULLMQ_STAYS = new Set(['meta', 'id', 'events', 'marker', 'pc', 'failed', 'completed', 'stalled-check']);

/** Every key of the round's desk is explained by the table of keys, and none is there that should be gone. */
export async function keys({ ground, url, sandbox }: World): Promise<string[]> {
  const { tag, base } = keysOf(url, sandbox.account);
  const known = tableOfKeys().map((shown) => ({ shown, rule: RULES[shown], pattern: patternOf(shown, tag, base) }));
  const wrong = known
    .filter(({ rule }) => rule === undefined)
    .map(({ shown }) => `no rule says what becomes of ${shown}`);
  const redis = ground.redis.client();
  const plans = await redis.zrange(keysOf(url, sandbox.account).plans, '0', '-1');
  for (const key of (await redis.keys(`${tag}*`)).sort()) {
    const fits = known.filter(({ pattern }) => pattern.test(key));
    const verdicts = await Promise.all(fits.map(({ rule }) => complaint(redis, key, rule ?? 'stays', plans)));
    const name = key.slice(tag.length);
    if (fits.length === 0) wrong.push(`${name} is in no line of the table of keys`);
    else if (!verdicts.includes(undefined)) wrong.push(`${name} ${verdicts[0]}`);
  }
  redis.disconnect();
  return wrong.length > 20 ? [...wrong.slice(0, 20), `and ${wrong.length - 20} more keys`] : wrong;
}

/** The keys in the first column of the table in ARCHITECTURE.md. */
function tableOfKeys(): string[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../../ARCHITECTURE.md'), 'utf8');
  const section = text.slice(text.indexOf('## Keys in Redis'), text.indexOf('## Bounds of memory'));
  return section.split('\n').flatMap((line) => {
    const [, first = ''] = /^\| (`[#@][^|]*)\|/.exec(line) ?? [];
    return [...first.matchAll(/`([^`]+)`/g)].map(([, key]) => key!);
  });
}

function patternOf(shown: string, tag: string, base: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const parts = shown.split(/(<[^>]+>|\*|^[@#])/).map((part) => {
    if (part === '@') return literal(tag);
    if (part === '#') return literal(base);
    if (part === '*') return '.*';
    // A path may hold anything, a contact that is yet to be created a colon.
    if (part === '<path>' || part === '<contact>') return '.+';
    return part.startsWith('<') ? '[^:]+' : literal(part);
  });
  return new RegExp(`^${parts.join('')}$`);
}

async function complaint(redis: Redis, key: string, rule: Rule, plans: readonly string[]): Promise<string | undefined> {
  if (rule === 'stays') return undefined;
  if (rule === 'gone') return 'should be gone';
  if (rule === 'expires') return (await redis.pttl(key)) === -1 ? 'has no time to live' : undefined;
  if (rule === 'plan') return plans.some((plan) => key.includes(plan)) ? undefined : 'is of a plan that nobody knows';
  const part = key.split(':').slice(3).join(':');
  if (BULLMQ_STAYS.has(part) || (await redis.pttl(key)) > 0) return undefined;
  return 'is left in the queue';
}
