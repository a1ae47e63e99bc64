import type { Outcome } from '../../run/outcome.ts';
import type { Summary } from '../../run/summary.ts';
import { attentionReasons } from '../attention.ts';
import { books } from '../books.ts';
import { count, counted } from '../number.ts';
import { html, link, type Markup } from './markup.ts';

/** A row that needs attention as the page shows it: where it stands and what is special, never a value of it. */
export interface AttentionSample {
  source: string;
  line: number;
  outcome: Outcome;
  reason: string | null;
  contactId?: number | null | undefined;
  contactUrl?: string | null | undefined;
  /** Without values, as in the ledger. */
  detail?: string | undefined;
}

/** Shown for each reason; the others are in needs-attention.csv. */
const SAMPLES = 5;

/** Every reason with its number of rows, its remedy and some rows. Nothing when no row needs attention. */
export function attentionSection(summary: Summary, sample: readonly AttentionSample[]): Markup | undefined {
  if (books(summary).attention === 0) return undefined;
  const reasons = attentionReasons(summary.reasons).map((each) => {
    const rows = sample.filter((row) => row.reason === each.reason).slice(0, SAMPLES);
    return html`<div class="reason"><b>${count(each.rows)}</b><div>
<h3>${each.message === '' ? each.reason : each.message}</h3>
<p class="remedy">${each.hint}</p>
<p class="small soft"><code>${each.reason}</code></p>
${sampleRows(rows, each.rows)}</div></div>`;
  });
  return html`<section class="attention"><h2>Why rows need attention</h2>
${reasons}
</section>`;
}

function sampleRows(rows: readonly AttentionSample[], all: number): Markup | undefined {
  if (rows.length === 0) return undefined;
  const items = rows.map((row) => {
    const contact = row.contactId ? html` · ${contactLink(row.contactId, row.contactUrl)}` : undefined;
    const detail = row.detail === undefined ? undefined : html` · ${row.detail}`;
    return html`<li>line ${count(row.line)} of <span class="mono">${row.source}</span>${contact}${detail}</li>`;
  });
  const more = all - rows.length;
  return html`<ul class="rows">${items}${more > 0 ? html`<li>and ${counted(more, 'row')} more in needs-attention.csv</li>` : undefined}</ul>`;
}

function contactLink(id: number, url: string | null | undefined): Markup {
  return url ? link(url, `contact ${id}`) : html`contact ${id}`;
}
