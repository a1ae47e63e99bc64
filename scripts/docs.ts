import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MEANINGS } from '../src/report/meaning.ts';
import { NEEDS_ATTENTION, OUTCOMES } from '../src/run/outcome.ts';
import { REASON_NAMES, REASONS } from '../src/run/reason.ts';

/** A part of a documentation file that is made from the code, between `BEGIN` and `END GENERATED: <marker>`. */
export interface GeneratedSection {
  /** Path from the root of the checkout. */
  file: string;
  marker: string;
  render: () => string;
}

/** Everything that is generated. A new section needs its two marker lines in the file and a line here. */
export const SECTIONS: readonly GeneratedSection[] = [
  { file: 'docs/outcomes.md', marker: 'outcomes', render: outcomesTable },
  { file: 'docs/outcomes.md', marker: 'reasons', render: reasonsTable },
];

function outcomesTable(): string {
  const rows = OUTCOMES.map((outcome) => [
    `\`${outcome}\``,
    MEANINGS[outcome],
    NEEDS_ATTENTION.has(outcome) ? 'yes' : '',
  ]);
  return table(['outcome', 'meaning', 'needs attention'], rows);
}

function reasonsTable(): string {
  const rows = REASON_NAMES.map((reason) => {
    const { outcomes, message, hint } = REASONS[reason];
    return [`\`${reason}\``, outcomes.map((outcome) => `\`${outcome}\``).join(', '), message, hint];
  });
  return table(['reason', 'outcome', 'what happened', 'what to do'], rows);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Puts a section between its markers; throws when the text has not both of them. */
export function insertSection(text: string, section: GeneratedSection): string {
  const begin = `<!-- BEGIN GENERATED: ${section.marker} -->`;
  const end = `<!-- END GENERATED: ${section.marker} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`${section.file} lacks the markers of "${section.marker}": put ${begin} and ${end} back.`);
  }
  return `${text.slice(0, from + begin.length)}\n\n${section.render()}\n\n${text.slice(to)}`;
}

/** The files whose generated parts differ from the code, with the text they should have. */
export async function staleDocs(
  root: string,
  sections: readonly GeneratedSection[] = SECTIONS,
): Promise<{ file: string; text: string }[]> {
  const stale: { file: string; text: string }[] = [];
  for (const file of new Set(sections.map((section) => section.file))) {
    const present = await readFile(join(root, file), 'utf8');
    const text = sections.filter((section) => section.file === file).reduce(insertSection, present);
    if (text !== present) stale.push({ file, text });
  }
  return stale;
}

async function main(args: string[]): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const stale = await staleDocs(root);
  if (args.includes('--check')) {
    for (const { file } of stale) process.stderr.write(`${file} is out of date. Run: npx tsx scripts/docs.ts\n`);
    if (stale.length > 0) process.exitCode = 1;
    return;
  }
  for (const { file, text } of stale) {
    await writeFile(join(root, file), text);
    process.stderr.write(`${file} written\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
