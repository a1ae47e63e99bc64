import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT, FILE_VARIABLES, FLAGS } from '../config/schema.ts';
import { JOBS } from '../jobs/catalog.ts';
import { backoffMs } from '../src/queue/backoff.ts';
import { MEANINGS } from '../src/report/meaning.ts';
import { NEEDS_ATTENTION, OUTCOMES } from '../src/run/outcome.ts';
import { REASON_NAMES, REASONS } from '../src/run/reason.ts';
import { filePresetRows } from './file-preset-rows.ts';
import { SCHEMA_FILE, schemaText } from './json-schema.ts';
import { presetRows } from './preset-rows.ts';
import { campaignRows, faultRows } from './reliability.ts';
import { settings } from './settings.ts';

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
  { file: 'docs/rate-limits.md', marker: 'backoff', render: backoffTable },
  { file: 'docs/configuration.md', marker: 'settings', render: settingsTable },
  { file: 'docs/webhooks.md', marker: 'presets', render: presetsTable },
  { file: 'docs/presets.md', marker: 'presets', render: filePresetsTable },
  { file: 'docs/reliability.md', marker: 'campaigns', render: campaignsTable },
  { file: 'docs/reliability.md', marker: 'faults', render: faultsTable },
  { file: '.env.example', marker: 'environment', render: environmentLines },
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

/** Full pauses, nothing taken off at random, and what they add up to. */
function backoffTable(): string {
  const { attempts } = JOBS.update;
  let total = 0;
  const rows = Array.from({ length: attempts }, (_, failed) => {
    const pause = failed === 0 ? 0 : backoffMs(failed, () => 0) / 1000;
    total += pause;
    return [`${failed + 1}`, failed === 0 ? 'at once' : `${pause} s`, failed === 0 ? '' : `${total} s`];
  });
  const head = ['attempt', 'pause before it', 'pauses so far'];
  return `${table(head, rows)}\n\nWhen attempt ${attempts} fails too, the row ends as \`failed\`.`;
}

/** The variables that set a key, the one that names a file last. */
function variablesOf(key: string): string[] {
  return [ENVIRONMENT, FILE_VARIABLES].flatMap((names) => Object.keys(names).filter((name) => names[name] === key));
}

function filePresetsTable(): string {
  return table(['preset', 'export', 'found by', 'sets besides', 'ordered by', 'left out on purpose'], filePresetRows());
}

function settingsTable(): string {
  const code = (text: string) => `\`${text}\``;
  const rows = settings().map(({ key, meaning, default: fallback }) => [
    code(key),
    variablesOf(key).map(code).join(', '),
    FLAGS[key] === undefined ? '' : code(FLAGS[key]),
    fallback === undefined ? '' : code(fallback),
    meaning.replaceAll('<', '&lt;'),
  ]);
  return table(['setting', 'environment variable', 'flag', 'default', 'meaning'], rows);
}

function presetsTable(): string {
  return table(['preset', 'names of values', 'maps by itself'], presetRows());
}

function campaignsTable(): string {
  const head = ['seed', 'minutes', 'day', 'rounds', 'rows and events', 'calls', 'processes', 'faults', 'rounds failed'];
  return table(head, campaignRows());
}

function faultsTable(): string {
  return table(['fault', 'what happens', 'times'], faultRows());
}

/** What every run needs stands open; the rest is commented out. */
function environmentLines(): string {
  const needed = new Set(['chatwoot.base_url', 'chatwoot.account_id', 'chatwoot.api_access_token']);
  return settings()
    .filter(({ key }) => variablesOf(key).length > 0)
    .map(({ key, meaning, default: fallback }) => {
      const [variable, ...files] = variablesOf(key);
      const line = `${needed.has(key) ? '' : '# '}${variable}=${fallback ?? ''}`;
      const fromFile = files.map((name) => `# or the file that holds it:\n# ${name}=`);
      return [`# ${meaning}`, line, ...fromFile].join('\n');
    })
    .join('\n\n');
}

/** A table as the formatter leaves it: cells padded to the width of their column. */
function table(head: string[], rows: string[][]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]!.length)));
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Puts a section between its markers; throws when the text has not both of them. */
export function insertSection(text: string, section: GeneratedSection): string {
  const comment = (words: string) => (section.file.endsWith('.md') ? `<!-- ${words} -->` : `# ${words}`);
  const begin = comment(`BEGIN GENERATED: ${section.marker}`);
  const end = comment(`END GENERATED: ${section.marker}`);
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
  const schema = schemaText();
  if ((await readFile(join(root, SCHEMA_FILE), 'utf8').catch(() => '')) !== schema)
    stale.push({ file: SCHEMA_FILE, text: schema });
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
