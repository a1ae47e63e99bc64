import { html, type Markup } from '../report/html/markup.ts';
import { count, counted, duration, moment, percent } from '../report/number.ts';
import type { RunLine } from '../report/runs.ts';
import { frame, table, tiles } from './frame.ts';
import type { Known, Sight, SourceSight } from './sight.ts';

/** Runs that are over and shown all the same. */
const ENDED = 10;

/** Everything at a glance: what goes on, what is waited for, what came in. */
export function overviewPage(sights: readonly Sight[]): string {
  const away = sights.filter(({ ready }) => !ready);
  const title =
    away.length === 0 ? 'Ready' : sights.length === 1 ? 'Not ready' : `${counted(away.length, 'account')} not ready`;
  const lead = away.length === 0 ? 'Deliveries are taken in, and changes are written.' : away.map(reason).join(' · ');
  return frame(title, lead, sights.flatMap(accountSections));

  function reason({ account, why }: Sight): string {
    return sights.length === 1 ? `${why}.` : `account ${account}: ${why}`;
  }
}

function accountSections(sight: Sight): Markup[] {
  const { known } = sight;
  const head = html`<section><h2>Account ${sight.account} <span class="mono soft">${sight.desk}</span>
<span class="pill ${sight.ready ? 'good' : 'bad'}">${sight.ready ? 'ready' : 'not ready'}</span></h2>
${sight.ready ? undefined : html`<p>${sight.why}</p>`}</section>`;
  if (known === undefined) return [head];
  const open = known.runs.filter(isOpen);
  const ended = known.runs.filter((run) => !isOpen(run)).slice(0, ENDED);
  return [
    head,
    tiles(figures(known)),
    html`<section><h2>Runs under way</h2>${table(OPEN, open.map(openRow), 'No run is going on.')}</section>`,
    html`<section><h2>Sources</h2>${table(SOURCES, known.sources.map(sourceRow), 'No source of events is configured for this account.')}
${quarantine(known)}</section>`,
    html`<section><h2>Runs that ended</h2>${table(OVER, ended.map(endedRow), 'No run has ended yet.')}</section>`,
  ];
}

function figures({ waiting, pace, taken, workers }: Known): [string, string][] {
  const flying = workers.reduce((sum, { in_flight }) => sum + in_flight, 0);
  return [
    [count(waiting), waiting === 1 ? 'change is waiting' : 'changes are waiting'],
    [`${count(pace.count)} of ${count(pace.rate)}`, 'calls this minute'],
    [count(workers.length), `${workers.length === 1 ? 'worker' : 'workers'}, ${counted(flying, 'call')} in flight`],
    taken === undefined ? ['fixed', 'pace'] : [taken.split(',')[0]!, taken.split(', ').slice(1).join(', ')],
  ];
}

function isOpen({ status }: RunLine): boolean {
  return status === 'running' || status === 'paused' || status === 'interrupted';
}

const NUMBER = { kind: 'num' } as const;
const OPEN = [
  { name: 'Run' },
  { name: 'Progress' },
  { name: 'Settled', ...NUMBER },
  { name: 'Attention', ...NUMBER },
  { name: 'For', ...NUMBER },
];

function openRow(run: RunLine): (Markup | string)[] {
  const total = run.rows_total ?? run.rows;
  const part = total > 0 ? Math.round((run.settled / total) * 100) : 0;
  const waiting = run.waiting === undefined ? undefined : html`<div class="small mark">${run.waiting}</div>`;
  return [
    html`<span class="mono">${run.command} ${run.run}</span>${waiting}`,
    html`<div class="bar" role="img" aria-label="${part} %"><i style="width:${part}%"></i></div>`,
    `${count(run.settled)} of ${count(total)}${run.rows_total === undefined ? ' so far' : ''}`,
    count(run.attention),
    duration(run.duration_ms),
  ];
}

const OVER = [
  { name: 'Run' },
  { name: 'Started' },
  { name: 'Status' },
  { name: 'Rows', ...NUMBER },
  { name: 'Attention', ...NUMBER },
  { name: 'Duration', ...NUMBER },
];

function endedRow(run: RunLine): (Markup | string)[] {
  const mood = run.status !== 'finished' ? 'bad' : run.attention > 0 ? 'warn' : 'good';
  return [
    html`<span class="mono">${run.command} ${run.run}</span>`,
    moment(run.started_at),
    html`<span class="pill ${mood}">${run.status}</span>`,
    count(run.rows),
    run.attention === 0 ? '0' : `${count(run.attention)} (${percent(run.attention, run.rows)})`,
    duration(run.duration_ms),
  ];
}

const SOURCES = [
  { name: 'Source' },
  { name: 'Taken', ...NUMBER },
  { name: 'Repeated', ...NUMBER },
  { name: 'Not authentic', ...NUMBER },
  { name: 'Turned away', ...NUMBER },
];

function sourceRow({ name, taken, duplicates, unauthentic, overloaded }: SourceSight): (Markup | string)[] {
  return [html`<b>${name}</b>`, count(taken), count(duplicates), count(unauthentic), count(overloaded)];
}

function quarantine({ quarantined }: Known): Markup | undefined {
  if (quarantined === 0) return undefined;
  return html`<p class="after">${counted(quarantined, 'event')} could not be used. See ${quarantined === 1 ? 'it' : 'them'}: <code>contact-sync events list</code></p>`;
}
