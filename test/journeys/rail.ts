import type { TestContext } from 'node:test';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Rig, type RigOptions, rig } from './rig.ts';
import { records } from './table.ts';

/** A world in which the guard rails are as users have them. */
export function railed(t: TestContext, sandbox: RigOptions['sandbox']): Promise<Rig> {
  return rig(t, { sandbox: { ...sandbox }, rails: 'on' });
}

/** A row for each of the first contacts, by e-mail. */
export function rowsFor(contacts: number, fields: (i: number) => Record<string, string>): string {
  return records(
    Array.from({ length: contacts }, (_, i) => ({ email: `contact${i + 1}@example.com`, ...fields(i + 1) })),
  );
}

/** Writes that went out, whatever became of them. */
export function puts(sandbox: Sandbox): number {
  return sandbox.requests.filter(({ method }) => method === 'PUT').length;
}

/** Text for people without its line breaks. */
export function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}
