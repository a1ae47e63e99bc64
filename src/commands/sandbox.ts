import { type Command, Option } from 'commander';
import { runSandbox } from '../sandbox/main.ts';
import type { SandboxOptions } from '../sandbox/options.ts';
import { onSignals } from './signals.ts';

const EXAMPLE = `
Example:
  $ contact-sync sandbox --port 4010 --account 1 --token T --contacts 500
  $ CHATWOOT_BASE_URL=http://127.0.0.1:4010 CHATWOOT_ACCOUNT_ID=1 CHATWOOT_API_ACCESS_TOKEN=T contact-sync sync contacts.csv`;

const number = (text: string) => Number(text);

/** Declares `sandbox`. */
export function sandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description("a local stand-in for Chatwoot's contact API, for trying out and for tests")
    .option('--port <n>', 'port to listen on (default 4010); 0 takes a free one', number)
    .option('--account <n>', 'number of the account', number)
    .option('--token <t>', "the administrator's token; <t>-agent, <t>-bot and <t>-platform are the other kinds")
    .option('--contacts <n>', 'contacts to begin with (default 0: none)', number)
    .addOption(new Option('--version <v>', 'version of Chatwoot to behave like').choices(['4.1', '4.10', '4.15']))
    .option('--desk', 'take the time that a real desk takes')
    .option('--latency <ms>', 'delay of every answer', number)
    .option('--rate-limit <n>', 'requests a clock minute before 429', number)
    .addHelpText('after', EXAMPLE)
    .action(async (flags: Record<string, never>) => {
      const signals = onSignals();
      const { latency, ...rest } = flags as SandboxOptions & { latency?: number };
      const options: SandboxOptions = {
        ...rest,
        ...(latency === undefined ? {} : { latencyMs: latency }),
      };
      await runSandbox(options, { out: (line) => process.stdout.write(line), signal: signals.signal });
      signals.end();
    });
}
