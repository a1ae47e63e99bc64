import { identifying } from '../mapping/identity.ts';
import { MOST_IDENTITIES } from '../producer/conflicts.ts';
import type { PlannedSource } from '../producer/source.ts';
import { count } from '../report/number.ts';
import type { Console } from './console.ts';

/** Says once what was noticed about files and which columns set nothing, so that none is dropped silently. */
export function sayIgnored(files: readonly PlannedSource[], console: Console): void {
  for (const { path: given, plan, lines, notes = [] } of files) {
    for (const note of notes) console.say(`${given}: ${note}`);
    if (plan === undefined) continue;
    if (plan.refusesConflicts === true && identifying(plan) !== undefined && (lines ?? 0) > MOST_IDENTITIES) {
      const most = count(MOST_IDENTITIES);
      console.say(
        `${given}: e-mail addresses and identifiers that contradict each other are looked for among the first ${most} of them.`,
      );
    }
    if (plan.ignored.length === 0) continue;
    const names = plan.ignored.map(({ name, note }) => (note === undefined ? name : `${name} (${note})`));
    console.say(`${given}: ignored columns: ${names.join(', ')}`);
  }
}
