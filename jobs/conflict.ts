import { pageIn } from '../src/chatwoot/contacts.ts';
import { type Condition, filterBody } from '../src/match/condition.ts';
import { holds } from '../src/match/resolve.ts';
import type { RowVerdict } from '../src/pace/desk.ts';
import type { Reason } from '../src/run/reason.ts';
import type { Turn } from './turn.ts';

type Refusal = Extract<RowVerdict, { type: 'never' }>;

/** Which field a refusal is about, where another contact has its value. */
const TAKEN: Partial<Record<Reason, Condition['key']>> = {
  'email-taken': 'email',
  'phone-taken': 'phone_number',
  'identifier-taken': 'identifier',
};

/**
 * Who has the value that the desk refused as taken. Chatwoot does not say it (#15917), so it is asked for: one filter call.
 * Undefined when it is about something else, or nobody is found (a contact that the filter does not show).
 */
export async function holderOf(refusal: Refusal, turn: Turn): Promise<number | undefined> {
  const key = TAKEN[refusal.reason];
  const value = key === undefined ? undefined : keyValueOf(turn.seen.patch[key]);
  if (key === undefined || value === undefined) return undefined;
  const { desk, requests } = turn.tools;
  const sent = await desk.send(
    async () => requests.filter(filterBody([{ key, value }]), undefined, turn.requestId('h')),
    turn.sending(() => []),
  );
  if (sent?.verdict.type !== 'ok') return undefined;
  turn.took(sent.deskMs);
  const found = pageIn(sent.verdict.answer.text)?.contacts ?? [];
  return found.find((contact) => String(contact.id) !== turn.contact && holds(contact, key, value))?.id;
}

/**
 * With --drop-conflicting: leaves out what another contact has, so that the rest can be tried once more. False when it is
 * not wanted, or nothing would be left.
 *
 * @param key the match key of a contact that is to be created: that one is never left out
 */
export async function dropsConflict(verdict: RowVerdict, turn: Turn, key?: string): Promise<boolean> {
  const fields = Object.keys(turn.patch);
  const conflicts = conflictsIn(verdict, fields).filter((field) => field !== key);
  if (conflicts.length === 0 || verdict.type !== 'never') return false;
  if (conflicts.length === fields.length || !(await turn.options()).dropConflicting) return false;
  turn.drop(conflicts, await holderOf(verdict, turn));
  return true;
}

/** The fields that another contact has already, of those that were sent; empty when it was refused for anything else. */
function conflictsIn(verdict: RowVerdict, sent: readonly string[]): string[] {
  if (verdict.type !== 'never' || TAKEN[verdict.reason] === undefined) return [];
  const keys: readonly string[] = Object.values(TAKEN);
  return verdict.attributes.filter((attribute) => keys.includes(attribute) && sent.includes(attribute));
}

function keyValueOf(text: string | undefined): string | undefined {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
