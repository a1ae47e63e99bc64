import { CALL_KINDS, type Summary } from '../../run/summary.ts';
import { compareWithPuts } from '../call-cost.ts';
import { count, counted, duration, percent, times } from '../number.ts';
import { html, type Markup } from './markup.ts';

const KIND_MEANINGS: Record<(typeof CALL_KINDS)[number], string> = {
  update: 'PUT: writes a contact',
  filter: 'looks up many contacts at once',
  create: 'creates a contact',
  read: 'GET of one contact, or of its labels',
  labels: 'sets labels',
  clear: 'clears custom attributes',
  other: 'preflight and health',
};

/** What the run cost the desk: calls beside the plain way, calls by kind, the share of a core. */
export function callsSection(summary: Summary): Markup {
  return html`<section><h2>What it cost the desk</h2>
<div class="compare">
${comparison(summary)}
${share(summary)}
</div>
${kinds(summary)}
<p class="small soft after">${retries(summary)}</p></section>`;
}

function comparison(summary: Summary): Markup | undefined {
  const puts = compareWithPuts(summary);
  if (puts === undefined) return undefined;
  const most = Math.max(puts.calls, summary.calls.total);
  const cost = puts.deskMs === undefined ? '' : `, ${duration(puts.deskMs)} of desk time`;
  return html`<span>This run</span>${track(summary.calls.total, most, '')}
<span class="small">${counted(summary.calls.total, 'call')}, ${duration(summary.desk.busy_ms)} of desk time</span>
<span class="soft">A PUT per row</span>${track(puts.calls, most, 'plain')}<span class="small soft">${counted(puts.calls, 'call')}${cost}</span>`;
}

function share(summary: Summary): Markup {
  const { share } = summary.desk;
  return html`<span>Desk share</span>${track(Math.min(share, 1), 1, '')}
<span class="small">${percent(share, 1)} of one core while the run lasted</span>`;
}

function track(part: number, whole: number, look: string): Markup {
  const width = whole > 0 ? ((part / whole) * 100).toFixed(2) : '0';
  return html`<div class="track" aria-hidden="true"><i class="${look}" style="width:${width}%${part === 0 ? ';min-width:0' : ''}"></i></div>`;
}

function kinds(summary: Summary): Markup | undefined {
  const made = CALL_KINDS.filter((kind) => summary.calls[kind] > 0);
  if (made.length === 0) return undefined;
  const rows = made.map((kind) => {
    const median = summary.desk.by_call[kind]?.ms_p50;
    return html`<tr><th scope="row" class="name">${kind}</th><td class="meaning soft small">${KIND_MEANINGS[kind]}</td>
<td class="num">${count(summary.calls[kind])}</td><td class="num">${median === undefined ? '–' : `${count(median)} ms`}</td></tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th scope="col">Call</th><th scope="col" class="meaning">What it does</th>
<th scope="col" class="num">Calls</th><th scope="col" class="num">Median desk time</th></tr></thead><tbody>
${rows}
<tr><th scope="row" class="name">total</th><td class="meaning"></td><td class="num"><b>${count(summary.calls.total)}</b></td>
<td class="num"></td></tr></tbody></table></div>`;
}

function retries(summary: Summary): string {
  const retried = summary.retries === 0 ? 'No call was retried' : `Calls were repeated ${times(summary.retries)}`;
  if (summary.rate_limited === 0) return `${retried}; never rate limited.`;
  return `${retried}; rate limited ${times(summary.rate_limited)}.`;
}
