import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { books } from '../report/books.ts';
import { count, counted, duration } from '../report/number.ts';
import { newRunId } from '../run/run-id.ts';
import type { Summary } from '../run/summary.ts';
import { Console } from './console.ts';
import { AGAIN, endedAs, FIRST_TIME, type Outcomes, sumOf } from './demo/expected.ts';
import { type Stage, setStage } from './demo/stage.ts';
import { CannotRun } from './failure.ts';
import { onSignals } from './signals.ts';
import { sync } from './sync.ts';

interface DemoFlags {
  json?: boolean;
  quiet?: boolean;
}

/** Declares `demo`. */
export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('sandbox, local Redis and a sample file, start to finish, with nothing to set up')
    .option('--json', 'print exactly one JSON document on standard output')
    .option('--quiet', 'no text for people on standard error')
    .addHelpText('after', '\nExample:\n  $ contact-sync demo')
    .action(async (flags: DemoFlags) => {
      process.exitCode = await demo(flags);
    });
}

/**
 * Syncs the sample file twice with the very code of `sync`, on a stage of its own. Nothing of the environment and no
 * configuration of the user's takes part. Exit code 0 when both runs ended as the sample file intends.
 */
async function demo(flags: DemoFlags): Promise<number> {
  const console = new Console(flags);
  const file = sampleFile();
  const signals = onSignals();
  const stage = await setStage(process.env);
  try {
    const { sandbox } = stage;
    console.say(
      `A sandbox at ${sandbox.url} plays a Chatwoot ${sandbox.version} with ${count(sandbox.contacts.count)} contacts and takes the time that one takes.`,
    );
    console.say('No account and no setting of yours is touched. The report goes to ./reports.');
    console.say('\n── First run: what has changed in the CRM is written ──\n\n');
    const run = newRunId(new Date());
    const first = await act(stage, file, run, path.join('reports', run), flags.quiet === true);
    if (first.code > 1 || signals.signal.aborted) return endsHere(console, first.code, signals.signal);
    console.say(`\n${attentionLine(first.summary)}`);

    console.say('\n── Second run: the same file again ──\n\n');
    const again = await act(stage, file, newRunId(new Date()), path.join(stage.dir, 'again'), true);
    if (again.code > 1 || signals.signal.aborted) return endsHere(console, again.code, signals.signal);
    console.say(`${againLine(again.summary)}\n\n`);

    if (flags.json === true) console.document({ first: first.summary, again: again.summary });
    const asIntended = check(console, first.summary, [FIRST_TIME]) && check(console, again.summary, AGAIN);
    if (asIntended) console.say(nextText(first.summary));
    return asIntended ? 0 : 1;
  } finally {
    await stage.close();
    signals.end();
  }
}

/** One sync of the file, and what it wrote down about itself. */
async function act(stage: Stage, file: string, runId: string, reportDir: string, quiet: boolean) {
  const code = await sync([file], { config: stage.config, runId, reportDir, quiet }, stage.env);
  // Stopped by the loss of Redis, a run leaves no summary.
  const text = await readFile(path.join(reportDir, 'summary.json'), 'utf8').catch(() => '{}');
  return { code, summary: JSON.parse(text) as Summary };
}

/** Before its end: what sync said about continuing does not hold, since the stage is taken down. */
function endsHere(console: Console, code: number, signal: AbortSignal): number {
  console.say('The demo ends here; its sandbox and its Redis are removed, so there is nothing to continue.');
  if (!signal.aborted) return code;
  return signal.reason === 'SIGINT' ? 130 : 143;
}

function attentionLine(summary: Summary): string {
  const { attention } = books(summary);
  const { invalid, not_found } = summary.outcomes;
  return `${counted(attention, 'row')} need attention, as intended: ${invalid} of the sample file are wrong in ${invalid} different ways, ${not_found} are about nobody the desk knows.`;
}

function againLine(summary: Summary): string {
  const { update, clear, filter, total } = summary.calls;
  return `${counted(summary.rows, 'row')} in ${duration(summary.duration_ms)}: ${sumOf(summary.outcomes)}.\n${counted(update + clear, 'write')}: nothing has changed since. ${counted(filter, 'call')} were enough to compare (${counted(total, 'call')} in all).`;
}

function check(console: Console, summary: Summary, expected: readonly Outcomes[]): boolean {
  if (expected.some((outcomes) => endedAs(summary, outcomes))) return true;
  console.fail(
    `The demo ended otherwise than the sample file intends: ${sumOf(expected[0]!)} were expected, ${sumOf(summary.outcomes)} came about. If examples/contacts.csv is as it was delivered, please report this with ${summary.report_dir}.`,
  );
  return false;
}

function nextText(summary: Summary): string {
  const cli = path.relative('', fileURLToPath(new URL('../cli.js', import.meta.url)));
  return [
    `The demo went as intended. Its report: ${path.join(summary.report_dir, 'report.html')}`,
    '',
    'Now with your own account, five rows first:',
    '',
    '  export CHATWOOT_BASE_URL=https://desk.example.com  # the address you open Chatwoot with',
    '  export CHATWOOT_ACCOUNT_ID=1                       # the number behind /accounts/ in it',
    "  export CHATWOOT_API_ACCESS_TOKEN=...               # an administrator's, from profile settings",
    `  node ${cli} sync contacts.csv --limit 5`,
  ].join('\n');
}

/** The sample file beside this program, in a checkout or in a build of it. */
function sampleFile(): string {
  const candidates = ['../../examples/contacts.csv', '../../../examples/contacts.csv'];
  const file = candidates.map((name) => fileURLToPath(new URL(name, import.meta.url))).find((name) => existsSync(name));
  if (file === undefined) {
    throw new CannotRun('examples/contacts.csv is not beside this program. Run the demo in a checkout of the project.');
  }
  const near = path.relative('', file);
  return near.startsWith('..') ? file : near;
}
