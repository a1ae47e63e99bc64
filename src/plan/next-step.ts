import { type NextStep, shellWord } from '../report/next-step.ts';
import { counted } from '../report/number.ts';
import { NEEDS_ATTENTION, OUTCOMES } from '../run/outcome.ts';
import type { Plan } from './entry.ts';

/** What was typed behind `contact-sync plan`, and where the plan was written, if it was. */
export interface PlanCommand {
  args: readonly string[];
  /** The command that does what was only foreseen; `sync` when absent. */
  does?: string;
  out?: string;
}

/** Options of `plan` that mean nothing to `sync`, or another run; true: followed by a value. */
const OF_PLAN = new Map([
  ['--out', true],
  ['--run-id', true],
  ['--all', false],
  ['--dry-run', false],
]);

/** Options that say which desk and how fast, which a plan's file does not hold. */
const OF_THE_DESK = new Map([
  ['--config', true],
  ['--account', true],
  ['--log-level', true],
  ['--pace', true],
  ['--rate', true],
  ['--concurrency', true],
  ['--insecure', false],
  ['--json', false],
  ['--quiet', false],
]);

/** What comes after a plan: `sync` with the same arguments, or `apply` when there is a file to apply. */
export function afterPlan(plan: Pick<Plan, 'outcomes' | 'rails'>, { args, does = 'sync', out }: PlanCommand): NextStep {
  const written = plan.outcomes.updated + plan.outcomes.created;
  if (written === 0) {
    const attention = OUTCOMES.some((outcome) => NEEDS_ATTENTION.has(outcome) && plan.outcomes[outcome] > 0);
    const text = attention
      ? 'No contact would be changed. Fix the rows that need attention, then plan again.'
      : 'Nothing to do: no contact would be changed.';
    return { text };
  }
  const words = out === undefined ? [does, ...without(args)] : ['apply', out, ...onlyDesk(args)];
  const command = ['contact-sync', ...words].map(shellWord).join(' ');
  if (plan.rails.length > 0) return { text: 'The run would be stopped, see above. Settle that, then:', command };
  const what = counted(written, 'contact');
  if (out === undefined) return { text: `Nothing was written. To change ${what}:`, command };
  return { text: `Nothing was written. To change ${what}, exactly as planned:`, command };
}

function without(args: readonly string[]): string[] {
  return pick(args, (name) => (OF_PLAN.has(name) ? { keep: false, value: OF_PLAN.get(name)! } : { keep: true }));
}

function onlyDesk(args: readonly string[]): string[] {
  return pick(args, (name) => ({ keep: OF_THE_DESK.has(name), value: OF_THE_DESK.get(name) ?? false }));
}

/** Words that stay. An option takes its value with it, whether it stands behind it or behind an equals sign. */
function pick(args: readonly string[], judge: (name: string) => { keep: boolean; value?: boolean }): string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    // Everything behind a bare `--` is a path, whatever it looks like.
    if (word === '--') return judge('').keep ? [...kept, ...args.slice(at)] : kept;
    const [name = ''] = word.split('=', 1);
    const { keep, value = false } = judge(name);
    const taken = value && word === name ? args.slice(at, at + 2) : [word];
    if (keep) kept.push(...taken);
    at += taken.length - 1;
  }
  return kept;
}
