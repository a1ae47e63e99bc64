import type { Summary } from '../../run/summary.ts';
import { books, occurred } from '../books.ts';
import { MEANINGS } from '../meaning.ts';
import { count, percent } from '../number.ts';
import { booksLine } from '../text.ts';
import { html, type Markup, withCode } from './markup.ts';

/** What became of the rows: one stacked bar, and the same as a table for those who do not see colours. */
export function outcomesSection(summary: Summary): Markup {
  const found = occurred(summary.outcomes);
  if (found.length === 0) return html`<section><h2>Outcomes</h2><p>No row has an outcome.</p></section>`;
  const said = found.map(({ outcome, rows }) => `${outcome} ${count(rows)}`).join(', ');
  const slices = found.map(
    ({ outcome, rows }) =>
      html`<i style="flex:${rows} 1 0;background:var(--${outcome})" title="${outcome}: ${count(rows)}"></i>`,
  );
  const rows = found.map(
    ({ outcome, rows, attention }) => html`<tr>
<th scope="row" class="name"><span class="dot" style="background:var(--${outcome})"></span>${outcome}</th>
<td class="meaning soft small">${withCode(MEANINGS[outcome])}</td>
<td>${attention ? html`<span class="mark">needs attention</span>` : undefined}</td>
<td class="num">${count(rows)}</td><td class="num soft">${percent(rows, summary.rows)}</td></tr>`,
  );
  return html`<section><h2>Outcomes</h2>
<div class="stack" role="img" aria-label="${said}">${slices}</div>
<div class="scroll"><table><thead><tr><th scope="col">Outcome</th><th scope="col" class="meaning">Meaning</th><th></th>
<th scope="col" class="num">Rows</th><th scope="col" class="num">Share</th></tr></thead><tbody>
${rows}
</tbody></table></div>
<p class="books ${booksClass(summary)}">${booksLine(summary)}</p></section>`;
}

function booksClass(summary: Summary): string {
  const { open, balance } = books(summary);
  if (balance) return '';
  return open > 0 && summary.status !== 'finished' ? 'open' : 'bad';
}
