import pLimit from 'p-limit';
import { type ContactRequests, pageIn } from '../chatwoot/contacts.ts';
import type { Ask } from '../chatwoot/preflight.ts';
import { ABSENT, formerOf } from '../contact/former.ts';
import type { LiveContact } from '../contact/live.ts';
import { CLEAR } from '../contact/patch.ts';
import type { FieldValue, Sighting } from '../memory/pack.ts';
import { keysIn } from '../memory/sighting.ts';

export interface AccountTools {
  ask: Ask;
  requests: ContactRequests;
  learn: (sightings: readonly Sighting[]) => Promise<void>;
  /** Fields that will be compared. */
  fields: readonly string[];
  concurrency: number;
  signal: AbortSignal;
  onPage?: (page: number, pages: number) => void;
}

/**
 * Reads every contact of the account, 15 a page, into memory. Pages shift while contacts are edited, so one may be missed:
 * whoever is not seen is asked for by filter afterwards, like a contact that nothing is known of. Gives the number of
 * contacts; undefined when a page had no usable answer, and what was learnt until then is as good as before.
 */
export async function readAccount(tools: AccountTools): Promise<number | undefined> {
  const { ask, requests, signal } = tools;
  const first = await onePage(tools, 1);
  if (first === undefined) return undefined;
  const pages = Math.ceil(first.count / 15);
  const limit = pLimit(tools.concurrency);
  let seen = first.contacts;
  let failed = false;
  const read = async (page: number) => {
    if (failed || signal.aborted) return;
    const found = await onePage({ ...tools, ask, requests }, page);
    if (found === undefined) failed = true;
    else seen += found.contacts;
    tools.onPage?.(page, pages);
  };
  for (let from = 2; from <= pages && !failed; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, pages - from + 1) }, (_, i) => from + i);
    await Promise.all(some.map((page) => limit(() => read(page))));
  }
  signal.throwIfAborted();
  return failed ? undefined : seen;
}

/** Pages that are asked for before the next are thought of, so that a large account needs no memory. */
const AT_ONCE = 200;

async function onePage(tools: AccountTools, page: number): Promise<{ count: number; contacts: number } | undefined> {
  const answer = await tools.ask(tools.requests.page(page));
  const found = answer.type === 'answer' && answer.status === 200 ? pageIn(answer.text) : undefined;
  if (found === undefined) return undefined;
  await tools.learn(found.contacts.map((live) => sightingOf(live, tools.fields)));
  return { count: found.count, contacts: found.contacts.length };
}

function sightingOf(live: LiveContact, wanted: readonly string[]): Sighting {
  const fields: FieldValue[] = wanted.flatMap((field) => {
    const text = formerOf(field, live);
    return text === undefined ? [] : [[field, text === ABSENT ? CLEAR : text] as const];
  });
  return { contact: String(live.id), keys: keysIn(live), atMs: Number.POSITIVE_INFINITY, fields };
}
