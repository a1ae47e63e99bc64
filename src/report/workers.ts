import { painter } from './colour.ts';
import { alignColumns, printable } from './layout.ts';
import { duration, moment } from './number.ts';
import type { TextOptions } from './text.ts';

/** A process that works, as `status` lists it. */
export interface WorkerLine {
  /** Host and process id. */
  name: string;
  /** ISO 8601. */
  since: string;
  seen_at: string;
  /** Calls to the desk when it was seen. */
  in_flight: number;
}

/** `status`: who works, one line a process; empty when nobody does. */
export function workersText(workers: readonly WorkerLine[], nowMs: number, options: TextOptions): string {
  if (workers.length === 0) return '';
  const paint = painter(options.colour);
  const head = ['WORKER', 'SINCE (UTC)', 'CALLS IN FLIGHT', 'SEEN'];
  const cells = workers.map(({ name, since, seen_at, in_flight }) => [
    printable(name),
    moment(since).replace(/ UTC$/, ''),
    String(in_flight),
    `${duration(Math.max(0, nowMs - Date.parse(seen_at)))} ago`,
  ]);
  const table = alignColumns([head, ...cells], ['left', 'left', 'right', 'right']).map((row) => row.join('  '));
  const [first, ...rows] = table;
  return `\n${[paint('faint', first!), ...rows].join('\n')}\n`;
}
