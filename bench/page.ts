import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { newestResults, type Results, textOf } from './result.ts';

const TITLES: Record<string, string> = {
  nightly: 'The nightly file: desk time and calls',
  latency: 'Against a plain loop, at real latency',
  throughput: 'Throughput beside other ways',
  million: 'A million rows in bounded memory',
  scale: 'Rows from ten thousand to ten million',
  start: 'Start-up',
  read: 'Reading files',
  limit: 'The limit, with several worker processes',
  calls: 'Calls, when little differs',
  plan: 'A plan of a million rows that are remembered',
  polite: 'What an agent notices',
  wall: 'A limit that nobody told of',
  attention: 'A report of which every row needs attention',
  remember: 'What is remembered of a contact',
  webhooks: 'Webhooks: taking in, and from event to write',
  storm: 'A storm of webhooks, with kill -9',
  cluster: 'A cluster that loses two workers and a node',
};

/** docs/performance.md: nothing in it is typed by hand but the sentences between the tables. */
export function pageOf({ machine, benches }: Results): string {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const parts = Object.entries(TITLES).flatMap(([name, title]) => {
    const bench = benches[name];
    if (bench === undefined) return [];
    const day = bench.at.slice(0, 10);
    return [`## ${title}`, `\`${bench.command}\`${day === '' ? '' : `, ${day}`}`, textOf(bench).trimEnd()];
  });
  return [
    '# Performance',
    'This page is written by `npm run bench -- page` from the newest result of each benchmark in `bench/results`.',
    facts.join('\n'),
    'Everything runs on one machine: the program, its Redis and the sandbox that stands in for Chatwoot share the cores. ' +
      'Compare within a table, not between machines. A default Chatwoot does about 50 updates a second, so on a real desk ' +
      'none of these ceilings is reached.',
    ...parts,
  ]
    .join('\n\n')
    .concat('\n');
}

export function writePage(): void {
  writeFileSync(path.join(import.meta.dirname, '../docs/performance.md'), pageOf(newestResults()));
}
