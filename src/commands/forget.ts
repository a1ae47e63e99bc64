import type { Command } from 'commander';
import { counted } from '../report/number.ts';
import { Console } from './console.ts';
import { Refusal } from './failure.ts';
import { type CommonFlags, withCommonOptions } from './options.ts';
import { withEngine } from './with-engine.ts';

type ForgetFlags = CommonFlags & { contact?: string; all?: boolean };

const EXAMPLE = `
Example:
  $ contact-sync forget --contact 42
  $ contact-sync forget --all`;

/** Declares `forget`. */
export function forgetCommand(program: Command): void {
  withCommonOptions(program.command('forget'))
    .description('forget what is remembered of contacts: the next run asks Chatwoot again')
    .option('--contact <id>', 'only this contact')
    .option('--all', 'every contact of the account')
    .addHelpText('after', EXAMPLE)
    .action(async (flags: ForgetFlags) => forget(flags));
}

async function forget(flags: ForgetFlags): Promise<void> {
  const { contact, all = false } = flags;
  if ((contact === undefined) === !all) throw new Refusal('Say what to forget: --contact ID, or --all.');
  if (contact !== undefined && !/^[1-9]\d*$/.test(contact))
    throw new Refusal(`"${contact}" is no contact id of Chatwoot's. Give the number in the contact's address.`);
  const forgotten = await withEngine(flags, async ({ memory }) =>
    contact === undefined ? memory.forgetAll() : Number(await memory.forget(contact)),
  );
  const console = new Console(flags);
  if (flags.json === true) console.document({ forgotten });
  else console.print(`${counted(forgotten, 'contact')} forgotten.`);
}
