import { join } from 'node:path';
import type { RunStatus, Summary } from '../run/summary.ts';
import { books } from './books.ts';
import { type AttentionSample, attentionSection } from './html/attention.ts';
import { callsSection } from './html/calls.ts';
import { factsSection, filesSection } from './html/facts.ts';
import { html, type Markup } from './html/markup.ts';
import { outcomesSection } from './html/outcomes.ts';
import { STYLE } from './html/style.ts';
import { nextStep } from './next-step.ts';
import { count, counted, decimal, duration, moment, percent } from './number.ts';
import { writePrivate } from './private-file.ts';

export type { AttentionSample };

/**
 * The report as one HTML page: no script, nothing loaded from anywhere (the page forbids it itself), light and dark,
 * made to be printed. It holds no value of any row.
 */
export function summaryHtml(summary: Summary, attention: readonly AttentionSample[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${headline(summary)} · ${summary.run}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="brand"><b>contact-sync</b> <span class="pill ${mood(summary)}">${summary.status}</span>
<span class="mono">${summary.command} · ${summary.run}</span></p>
<h1>${headline(summary)}</h1>
<p class="soft">${moment(summary.started_at)}${files(summary)}</p>
</header>
<main>
${nextSection(summary)}
${tiles(summary)}
${outcomesSection(summary)}
${attentionSection(summary, attention)}
${callsSection(summary)}
${filesSection(summary)}
${factsSection(summary)}
</main>
<footer><p>This page names lines, fields and contact ids, no values. It is in <span class="mono">${summary.report_dir}</span> beside
summary.json, outcomes.ndjson (one line a row)${books(summary).attention > 0 ? ' and needs-attention.csv' : ''}.</p></footer>
</body>
</html>
`;
  return page.text;
}

/** Writes `report.html` (mode 0600) into the report directory; answers its path. */
export async function writeHtml(dir: string, summary: Summary, attention: readonly AttentionSample[]): Promise<string> {
  const path = join(dir, 'report.html');
  await writePrivate(path, (file) => file.writeFile(summaryHtml(summary, attention)));
  return path;
}

function headline(summary: Summary): string {
  const { settled, attention, balance } = books(summary);
  const all = counted(summary.rows, 'row');
  if (summary.status !== 'finished') return `${HEADS[summary.status]}: ${count(settled)} of ${all} settled`;
  if (!balance) return 'The books do not balance';
  if (summary.rows === 0) return 'No row was read';
  if (attention === 0) return summary.rows === 1 ? 'The one row settled well' : `All ${all} settled well`;
  const rest = summary.rows - attention;
  const need = `${count(attention)} of ${all} ${attention === 1 ? 'needs' : 'need'} attention`;
  return rest === 0 ? need : `${need}, ${count(rest)} settled well`;
}

const HEADS: Record<Exclude<RunStatus, 'finished'>, string> = {
  running: 'Under way',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
  stopped: 'Stopped early',
};

function mood(summary: Summary): 'good' | 'warn' | 'bad' | '' {
  if (summary.status === 'running') return '';
  if (summary.status === 'stopped') return 'bad';
  if (summary.status !== 'finished') return 'warn';
  const { balance, attention } = books(summary);
  if (!balance) return 'bad';
  return attention > 0 ? 'warn' : 'good';
}

function files(summary: Summary): string {
  const [first, ...others] = summary.files;
  if (first === undefined) return '';
  const name = first.path === '-' ? 'standard input' : first.path;
  return others.length === 0 ? ` · ${name}` : ` · ${name} and ${counted(others.length, 'file')} more`;
}

function nextSection(summary: Summary): Markup {
  const { text, command } = nextStep(summary);
  return html`<section class="next ${mood(summary)}"><h2>What to do next</h2>
${summary.stopped_why === undefined ? undefined : html`<p>${summary.stopped_why}</p>`}<p>${text}</p>
${command === undefined ? undefined : html`<pre><code>${command}</code></pre>`}</section>`;
}

function tiles(summary: Summary): Markup {
  const seconds = summary.duration_ms / 1000;
  const perRow = summary.rows > 0 ? decimal(summary.calls.total / summary.rows) : '–';
  const all: [string, string][] = [
    [count(summary.rows), summary.rows === 1 ? 'row read' : 'rows read'],
    [duration(summary.duration_ms), seconds > 0 ? `${decimal(summary.rows / seconds)} rows a second` : 'duration'],
    [perRow, 'calls a row'],
    [percent(summary.desk.share, 1), 'of one core of the desk'],
  ];
  return html`<ul class="tiles">${all.map(([value, label]) => html`<li><b>${value}</b><span>${label}</span></li>`)}</ul>`;
}
