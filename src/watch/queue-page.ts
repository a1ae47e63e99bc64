import { JOB_STATES, type ListedJob } from '../queue/listed-job.ts';
import { withoutValues } from '../report/fault.ts';
import { html, type Markup } from '../report/html/markup.ts';
import { count, duration } from '../report/number.ts';
import { type Column, frame, table, tiles } from './frame.ts';
import type { QueueSight } from './sight.ts';

/** Jobs of each kind that are shown. */
export const SHOWN = 20;

const TITLES: Record<(typeof JOB_STATES)[number], string> = {
  active: 'At work',
  waiting: 'Waiting for their turn',
  delayed: 'Waiting for their next attempt',
  failed: 'Given up within the last day',
};

const WHAT: Record<ListedJob['name'], string> = { match: 'look up batch', update: 'write contact' };

/** The jobs of every account: to be looked at, not to be touched. What is to be written lies in mailboxes, not in jobs. */
export function queuesPage(sights: readonly QueueSight[], nowMs: number): string {
  const lead =
    'A job only says which contact or batch is due; a job that gets lost is made again. So there is nothing to press here.';
  return frame(
    'Queue',
    lead,
    sights.flatMap((sight) => sectionsOf(sight, nowMs)),
  );
}

function sectionsOf({ desk, account, jobs }: QueueSight, nowMs: number): Markup[] {
  const name = html`Account ${account} <span class="mono soft">${desk}</span>`;
  if (jobs === undefined) return [html`<section><h2>${name}</h2><p>Redis is away.</p></section>`];
  const { counts, listed } = jobs;
  return [
    html`<section><h2>${name}</h2></section>`,
    tiles(JOB_STATES.map((state) => [count(counts[state]), state] as const)),
    ...JOB_STATES.filter((state) => counts[state] > 0).map((state) => {
      const more = counts[state] - listed[state].length;
      const rest = more > 0 ? html`<p class="soft after">and ${count(more)} more</p>` : undefined;
      return html`<section><h2>${TITLES[state]}</h2>${table(HEAD, listed[state].map(row), 'They are gone by now.')}${rest}</section>`;
    }),
  ];

  function row({ name, subject, attempts, addedMs, begunMs, failed }: ListedJob): string[] {
    const ago = (ms: number | undefined) => (ms === undefined ? '–' : `${duration(Math.max(0, nowMs - ms))} ago`);
    const why = failed === undefined ? '' : withoutValues(failed);
    return [`${WHAT[name]} ${subject}`, count(attempts), ago(addedMs), ago(begunMs), why];
  }
}

const HEAD: readonly Column[] = [
  { name: 'Job' },
  { name: 'Attempts', kind: 'num' },
  { name: 'Added', kind: 'num' },
  { name: 'Taken', kind: 'num' },
  { name: 'Last failed', kind: 'wrap' },
];
