import { html, Markup } from '../report/html/markup.ts';
import { STYLE } from '../report/html/style.ts';
import { VERSION } from '../version.ts';

/** What the pages of `serve` have beside the style of a report. */
const OWN = new Markup(`
.bar { background: var(--track); border-radius: 6px; height: .6rem; min-width: 6rem; margin-top: .45rem; overflow: hidden; } .bar i { display: block; height: 100%; background: var(--accent); }
nav { display: flex; gap: 1rem; font-size: .9rem; margin-left: auto; } td.nowrap { white-space: nowrap; } .num + .nowrap, .num + .wrap { padding-left: 1rem; } .wrap { overflow-wrap: anywhere; } h2 .pill { margin-left: .5rem; }
`);

/** Seconds after which a browser asks again. No script does it. */
const AGAIN_S = 5;

/** A page of `serve`: no script, nothing loaded from anywhere, light and dark. */
export function frame(title: string, lead: string, sections: readonly Markup[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${AGAIN_S}">
<title>${title} · contact-sync</title>
<style>${STYLE}${OWN}</style>
</head>
<body>
<header>
<div class="brand"><b>contact-sync</b> <span class="mono">${VERSION}</span><nav><a href="/">Overview</a><a href="/queues">Queue</a><a href="/metrics">Metrics</a></nav></div>
<h1>${title}</h1>
<p class="soft">${lead}</p>
</header>
<main>
${sections}
</main>
<footer><p>Read anew every ${AGAIN_S} seconds. This page names runs, sources and contact ids, no values.</p></footer>
</body>
</html>
`;
  return page.text;
}

/** A column: of words that stand in one line, of numbers, or of text that is broken where it has to be. */
export interface Column {
  name: string;
  kind?: 'num' | 'wrap';
}

/** A table with a head. An empty one says `otherwise` instead. */
export function table(
  head: readonly Column[],
  rows: readonly (readonly (Markup | string)[])[],
  otherwise: string,
): Markup {
  if (rows.length === 0) return html`<p class="soft">${otherwise}</p>`;
  const kind = (column: number) => head[column]?.kind ?? 'nowrap';
  const names = head.map(({ name }, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`);
  const lines = rows.map(
    (cells) => html`<tr>${cells.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`)}</tr>`,
  );
  return html`<div class="scroll"><table><thead><tr>${names}</tr></thead><tbody>
${lines}
</tbody></table></div>`;
}

/** The largest figures of a section, each with what it is. */
export function tiles(all: readonly (readonly [value: string, label: string])[]): Markup {
  return html`<ul class="tiles">${all.map(([value, label]) => html`<li><b>${value}</b><span>${label}</span></li>`)}</ul>`;
}
