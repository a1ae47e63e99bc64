#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { explain } from './commands/explain.ts';
import { VERSION } from './version.ts';

/** Every command with its one line; the module behind it is loaded only when it is called, so that --help is quick. */
const COMMANDS: Record<string, { summary: string; load: () => Promise<(program: Command) => void> }> = {
  sync: {
    summary: 'the main job: read, match, compare, write, wait, report',
    load: async () => (await import('./commands/sync.ts')).syncCommand,
  },
  plan: {
    summary: 'show what sync would do, before the first write',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  apply: {
    summary: 'do what a plan says and nothing else',
    load: async () => (await import('./commands/apply.ts')).applyCommand,
  },
  undo: {
    summary: 'put back what a run overwrote',
    load: async () => (await import('./commands/undo.ts')).undoCommand,
  },
  retry: {
    summary: 'the rows of a run that can be retried, as a new run',
    load: async () => (await import('./commands/retry.ts')).retryCommand,
  },
  verify: {
    summary: 'read back and compare',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  reconcile: {
    summary: 'set right what webhooks lost, from an export',
    load: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  },
  forget: {
    summary: 'forget what is remembered of contacts',
    load: async () => (await import('./commands/forget.ts')).forgetCommand,
  },
  enqueue: {
    summary: 'put changes into Redis; workers elsewhere do the rest',
    load: async () => (await import('./commands/enqueue.ts')).enqueueCommand,
  },
  work: {
    summary: 'workers only, until told to stop',
    load: async () => (await import('./commands/work.ts')).workCommand,
  },
  serve: {
    summary: 'take webhooks in, and work on them',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  events: {
    summary: 'events that could not be used: list, show, replay',
    load: async () => (await import('./commands/events.ts')).eventsCommand,
  },
  status: {
    summary: 'what is going on',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  runs: { summary: 'history', load: async () => (await import('./commands/status.ts')).runsCommand },
  report: {
    summary: 'the report of a run again',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  pause: { summary: 'hold all calls', load: async () => (await import('./commands/hold.ts')).pauseCommand },
  resume: {
    summary: 'go on after pause or a refused token',
    load: async () => (await import('./commands/hold.ts')).resumeCommand,
  },
  cancel: { summary: 'stop one run', load: async () => (await import('./commands/hold.ts')).cancelCommand },
  attributes: {
    summary: "compare a file's custom attributes with the account's definitions",
    load: async () => (await import('./commands/attributes.ts')).attributesCommand,
  },
  init: {
    summary: 'write a configuration by looking at a file and the account',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  check: {
    summary: 'look at configuration, Redis, Chatwoot, rights, and at a file',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  sandbox: {
    summary: "a local stand-in for Chatwoot's contact API",
    load: async () => (await import('./commands/sandbox.ts')).sandboxCommand,
  },
  demo: {
    summary: 'sandbox, local Redis and a sample file, start to finish',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
};

/** Builds the program; the named command is complete, the others are there for the overview. */
async function programFor(name: string | undefined): Promise<Command> {
  const program = new Command('contact-sync')
    .description('Keeps the contacts of a Chatwoot account in step with a CRM.')
    .version(VERSION)
    // `sandbox --version 4.10` is not our own version.
    .enablePositionalOptions()
    .showHelpAfterError('Run contact-sync --help to see what there is.')
    .addHelpText('after', '\nExample:\n  $ contact-sync sync contacts.csv --match email\n');
  for (const [command, { summary, load }] of Object.entries(COMMANDS)) {
    if (command === name) (await load())(program);
    else program.command(command).description(summary);
  }
  return program.exitOverride().configureOutput({ outputError: (text, write) => write(text) });
}

async function main(argv: string[]): Promise<void> {
  const asked = argv.slice(2).find((word) => !word.startsWith('-'));
  // `help sync` means the same as `sync --help`.
  const name = asked === 'help' ? argv[argv.indexOf('help') + 1] : asked;
  const program = await programFor(name);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const { text, code } = explain(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
}

// Node would show all members of an error, of one of Redis the values its command carried.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  // Whoever read what we say has gone, as `| head` does.
  if (error.code === 'EPIPE') process.exit(3);
  writeSync(2, `${explain(error).text}\n`);
  process.exit(3);
});
// ioredis would write every command to standard error, passwords and values included.
delete process.env.DEBUG;

await main(process.argv);
