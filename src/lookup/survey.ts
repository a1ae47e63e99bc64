import type { Answer, NetworkFault } from '../chatwoot/answer.ts';
import { type ContactRequests, pageIn } from '../chatwoot/contacts.ts';
import type { Ask } from '../chatwoot/preflight.ts';
import { filterBody, MAX_CONDITIONS } from '../match/condition.ts';
import type { Measured } from './choose.ts';

/** What is not measured here costs as much as it did on a running Chatwoot 4.10.0, in milliseconds. */
const INDEX_MS = 18;

/**
 * Asks the desk what its calls cost: the first and the last page of the account, and fifteen of the identifiers. Three
 * calls at most; undefined when one has no usable answer, for then nothing should be built on it.
 */
export async function survey(
  ask: Ask,
  requests: ContactRequests,
  identifiers: readonly string[],
): Promise<Measured | undefined> {
  const first = await ask(requests.page(1));
  const page = usable(first);
  if (page === undefined) return undefined;
  const pages = Math.max(1, Math.ceil(page.count / 15));
  const last = pages === 1 ? first : await ask(requests.page(pages));
  if (usable(last) === undefined) return undefined;
  const pageMs = (deskMs(first) + deskMs(last)) / 2;
  let identifierMs: number | undefined;
  if (identifiers.length > 0) {
    const conditions = identifiers.slice(0, MAX_CONDITIONS).map((value) => ({ key: 'identifier' as const, value }));
    const asked = await ask(requests.filter(filterBody(conditions), undefined, 'survey'));
    if (usable(asked) === undefined) return undefined;
    identifierMs = deskMs(asked) * (MAX_CONDITIONS / conditions.length);
  }
  return { contacts: page.count, pageMs, identifierMs, indexMs: INDEX_MS };
}

function usable(answer: Answer | NetworkFault): { count: number } | undefined {
  return answer.type === 'answer' && answer.status === 200 ? pageIn(answer.text) : undefined;
}

/** Where a proxy strips `x-runtime`, the round trip is the next best thing. */
function deskMs(answer: Answer | NetworkFault): number {
  return answer.type === 'answer' ? (answer.deskMs ?? answer.roundTripMs) : 0;
}
