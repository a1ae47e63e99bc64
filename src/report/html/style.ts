import { Markup } from './markup.ts';

/** The style sheet of report.html: system fonts, light and dark, made for paper as well. */
export const STYLE = new Markup(`
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #566373; --line: #e2e6eb; --track: #eceff3; --accent: #1b65c9;
  --good: #12805c; --warn: #9a5b00; --bad: #b3261e; --good-bg: #e2f4ec; --warn-bg: #fdf0d9; --bad-bg: #fce6e4; --info-bg: #e5eefb;
  --updated: #149a6e; --created: #2f7de1; --unchanged: #a9b4c0; --merged: #8291a3; --stale: #9b8fc7; --skipped: #c3b9a6;
  --not_found: #e0a100; --ambiguous: #d98324; --invalid: #e0633a; --rejected: #d13f5c; --failed: #b3261e; --cancelled: #7b4a6b; }
@media (prefers-color-scheme: dark) { :root {
  --page: #0e141b; --card: #161e27; --ink: #e6ebf1; --soft: #9aa7b5; --line: #27323e; --track: #222c37; --accent: #7fb2f5;
  --good: #5fd3a8; --warn: #f0bd6a; --bad: #f58a80; --good-bg: #12342a; --warn-bg: #3a2b10; --bad-bg: #40191a; --info-bg: #16283f;
  --updated: #2fb488; --created: #5c9df0; --unchanged: #5b6876; --merged: #77869a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
.brand { display: flex; flex-wrap: wrap; gap: .35rem .8rem; align-items: center; color: var(--soft); font-size: .9rem; margin: 0 0 1.25rem; }
.brand b { color: var(--ink); letter-spacing: .01em; }
h1 { font-size: clamp(1.6rem, 4vw, 2.3rem); line-height: 1.2; letter-spacing: -.02em; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.1rem; letter-spacing: -.01em; margin: 0 0 1rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 .5rem; }
.soft { color: var(--soft); }
.small { font-size: .875rem; } .after { margin: 1rem 0 0; }
.pill { border-radius: 999px; padding: .1rem .7rem; font-size: .8rem; font-weight: 600; background: var(--info-bg); color: var(--accent); }
.pill.good { background: var(--good-bg); color: var(--good); } .pill.warn { background: var(--warn-bg); color: var(--warn); }
.pill.bad { background: var(--bad-bg); color: var(--bad); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.5rem; margin: 1.25rem 0; }
.next { border-left: 5px solid var(--accent); } .next.good { border-left-color: var(--good); }
.next.warn { border-left-color: var(--warn); } .next.bad { border-left-color: var(--bad); }
.next h2 { margin-bottom: .25rem; }
code, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
pre { margin: .6rem 0 0; padding: .7rem .9rem; background: var(--track); border-radius: 8px; overflow-x: auto; user-select: all; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1rem 1.25rem; }
.tiles b { display: block; font-size: 1.65rem; line-height: 1.25; letter-spacing: -.02em; font-weight: 650; }
.tiles span { color: var(--soft); font-size: .875rem; }
.stack { display: flex; gap: 2px; height: 1.5rem; border-radius: 7px; overflow: hidden; margin-bottom: 1rem; background: var(--track); }
.stack i { min-width: 3px; }
.dot { display: inline-block; width: .7rem; height: .7rem; border-radius: 3px; margin-right: .55rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--soft); font-size: .8rem; }
th.name { white-space: nowrap; font-weight: 600; } .num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
.scroll { overflow-x: auto; }
.mark { color: var(--warn); font-size: .8rem; font-weight: 600; white-space: nowrap; }
.books { margin: 1rem 0 0; padding: .6rem .9rem; border-radius: 8px; background: var(--good-bg); color: var(--good); font-size: .9rem; }
.books.open { background: var(--info-bg); color: var(--accent); } .books.bad { background: var(--bad-bg); color: var(--bad); }
.reason { padding: 1rem 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(2.5rem, max-content) 1fr; gap: 0 1.1rem; }
.reason:first-of-type { border-top: 0; padding-top: 0; } .reason:last-of-type { padding-bottom: 0; }
.reason > b { font-size: 1.4rem; line-height: 1.15; text-align: right; font-variant-numeric: tabular-nums; }
.reason > div { min-width: 0; } .reason p:last-child { margin-bottom: 0; }
.remedy { margin: .25rem 0 0; } .remedy::before { content: "→ "; color: var(--accent); font-weight: 700; }
.rows { margin: .6rem 0 0; padding: 0; list-style: none; font-size: .85rem; color: var(--soft); } .rows li { overflow-wrap: anywhere; padding: .1rem 0; }
.compare { display: grid; grid-template-columns: max-content 1fr max-content; gap: .5rem 1rem; align-items: center; margin: 0 0 1.25rem; }
.track { background: var(--track); border-radius: 6px; height: .9rem; overflow: hidden; } .track i { display: block; height: 100%; min-width: 3px; border-radius: 6px; background: var(--accent); }
.track i.plain { background: var(--unchanged); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.hash { overflow-wrap: anywhere; color: var(--soft); font-size: .75rem; }
a { color: var(--accent); } footer { color: var(--soft); font-size: .85rem; padding-bottom: 3rem; }
@media (max-width: 36rem) { .meaning { display: none; } .tiles { grid-template-columns: 1fr 1fr; gap: .7rem; } .tiles b { font-size: 1.3rem; } .mark { white-space: normal; line-height: 1.2; display: inline-block; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; } section { padding: 1.1rem; } main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  .compare { grid-template-columns: 1fr; gap: .15rem; } .compare .track + span { margin-bottom: .6rem; }
  .reason { gap: 0 .7rem; } .reason > b { font-size: 1.15rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --track: #eee; --accent: #174f9c;
  --good: #0b5a40; --warn: #744400; --bad: #8e1b14; --good-bg: #fff; --warn-bg: #fff; --bad-bg: #fff; --info-bg: #fff; }
  body { font-size: 10pt; } section { padding: .9rem; margin: .8rem 0; } .tiles { grid-template-columns: repeat(4, 1fr); } .tiles b { font-size: 1.3rem; } section, .tiles li { border-radius: 0; break-inside: avoid; } .attention { break-inside: auto; } .reason, tr { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } pre { white-space: pre-wrap; } header { padding-top: 0; } main, header, footer { max-width: none; padding-left: 0; padding-right: 0; } }
`);
