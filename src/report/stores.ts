import { painter } from './colour.ts';
import { alignColumns } from './layout.ts';
import { bytes, count, moment } from './number.ts';
import type { TextOptions } from './text.ts';

/** What is kept, how much of it there is and how many bytes it takes; numbers of a large Redis are judged by a sample. */
export interface Stores {
  /** `maxmemory_bytes`: 0 where Redis has no limit of its own. */
  redis: { used_bytes: number; maxmemory_bytes: number };
  /** `learning`: new contacts are remembered; not while there is no room for more. */
  remembered: { contacts: number; bytes: number; most_bytes: number; learning: boolean };
  versions: { contacts: number; bytes: number };
  waiting: { changes: number; bytes: number };
  /** Outcomes that are in Redis and in no report yet. */
  outcomes: { rows: number; bytes: number };
  quarantine: { events: number; bytes: number };
  /** Former values on the disk of this machine. */
  undo: { files: number; bytes: number; oldest: string | null };
  runs: { kept: number; oldest: string | null };
}

/** The stores as `status` prints them: a line each. */
export function storesText(stores: Stores, options: TextOptions): string {
  const { redis, remembered, versions, waiting, outcomes, quarantine, undo, runs } = stores;
  const limit = redis.maxmemory_bytes === 0 ? 'no limit of its own' : `of ${bytes(redis.maxmemory_bytes)}`;
  const learning = remembered.learning ? '' : ', nothing new is learnt';
  const since = (oldest: string | null) => (oldest === null ? '' : `since ${moment(oldest)}`);
  const rows = [
    ['Redis', '', bytes(redis.used_bytes), limit],
    [
      'remembered contacts',
      count(remembered.contacts),
      bytes(remembered.bytes),
      `of ${bytes(remembered.most_bytes)}${learning}`,
    ],
    ['versions, kept for a day', count(versions.contacts), bytes(versions.bytes), ''],
    ['waiting changes', count(waiting.changes), bytes(waiting.bytes), ''],
    ['outcomes not yet written', count(outcomes.rows), bytes(outcomes.bytes), ''],
    ['quarantined events', count(quarantine.events), bytes(quarantine.bytes), ''],
    ['undo files', count(undo.files), bytes(undo.bytes), since(undo.oldest)],
    ['runs', count(runs.kept), '', since(runs.oldest)],
  ];
  const paint = painter(options.colour);
  const lines = alignColumns(rows, ['left', 'right', 'right', 'left']);
  return `${paint('strong', 'Stores')}\n${lines.map((cells) => `  ${cells.join('  ')}`.trimEnd()).join('\n')}\n`;
}
