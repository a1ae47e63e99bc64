import type { Summary } from '../../run/summary.ts';
import { ofAccount, shellWord } from '../next-step.ts';
import { count, duration, moment } from '../number.ts';
import { html, type Markup } from './markup.ts';

/** The files that were read, with the digest that tells whether it was this very file. */
export function filesSection(summary: Summary): Markup | undefined {
  if (summary.files.length === 0) return undefined;
  const rows = summary.files.map(
    (file) => html`<tr><td><span class="mono">${file.path === '-' ? 'standard input' : file.path}</span>
<div class="hash mono">sha256 ${file.sha256}</div></td><td class="num">${count(file.rows)}</td></tr>`,
  );
  return html`<section><h2>Files</h2><table><thead><tr><th scope="col">File</th><th scope="col" class="num">Rows</th></tr></thead>
<tbody>
${rows}
</tbody></table></section>`;
}

/** What was run and when, and what can be done with it afterwards. */
export function factsSection(summary: Summary): Markup {
  const run = `${shellWord(summary.run)}${ofAccount(summary)}`;
  return html`<section><h2>This run</h2><dl>
<dt>Run</dt><dd class="mono">${summary.run}</dd>
<dt>Command</dt><dd class="mono">${summary.command}</dd>
<dt>Started</dt><dd>${moment(summary.started_at)}</dd>
<dt>Finished</dt><dd>${summary.finished_at === null ? 'not yet' : moment(summary.finished_at)}</dd>
<dt>Duration</dt><dd>${duration(summary.duration_ms)}</dd>
<dt>Report</dt><dd class="mono">${summary.report_dir}</dd>
<dt>Read it back</dt><dd><code>contact-sync verify ${run}</code></dd>
${wrote(summary) ? html`<dt>Take it back</dt><dd><code>contact-sync undo ${run}</code></dd>` : undefined}
</dl></section>`;
}

function wrote(summary: Summary): boolean {
  return summary.outcomes.updated > 0 && summary.command !== 'undo';
}
