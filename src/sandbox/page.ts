import { contactText } from './contact.ts';
import { type Json, type JsonObject, stringifyExact } from './json.ts';
import { jsonText, type Reply } from './reply.ts';
import type { ContactStore } from './store.ts';

/** Fixed by intent: `per_page` is ignored. */
export const PAGE_SIZE = 15;

/** The page a request asks for: what `meta` echoes (text when it came in the query string), and its number from 1. */
export function pageOf(params: JsonObject): { echo: Json; number: number; raw: number } {
  const sent = params.page;
  const echo = sent === undefined || sent === null || sent === false ? 1 : sent;
  const raw = Math.trunc(Number.parseInt(String(echo), 10)) || 0;
  return { echo, number: Math.max(1, raw), raw };
}

/** Inboxes are left out only by a present value other than "true" (contacts_controller.rb). */
export function wantsInboxes(params: JsonObject): boolean {
  const sent = params.include_contact_inboxes;
  if (sent === undefined || sent === null || sent === false || sent === '') return true;
  return sent === 'true';
}

/** The ids of one page. */
export function slice(ids: readonly number[], page: number): readonly number[] {
  return ids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
}

/** The list shape: `{"meta":{…},"payload":[…]}`. */
export function listReply(meta: JsonObject, ids: readonly number[], store: ContactStore, inboxes: boolean): Reply {
  const rows = ids.flatMap((id) => {
    const record = store.get(id);
    return record ? [contactText(record, inboxes)] : [];
  });
  return jsonText(200, `{"meta":${stringifyExact(meta)},"payload":[${rows.join(',')}]}`);
}
