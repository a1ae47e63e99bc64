import { attributeText, isResolved } from '../contact.ts';
import { pageMs, scanMs } from '../cost.ts';
import { compile } from '../filter/compile.ts';
import { Row } from '../filter/row.ts';
import { filterMs, runFilter } from '../filter/run.ts';
import { likeExpression } from '../filter/value.ts';
import type { Json, JsonObject } from '../json.ts';
import { ordered, sortKeysOf } from '../order.ts';
import { listReply, PAGE_SIZE, pageOf, slice, wantsInboxes } from '../page.ts';
import { Halt, json, serverError } from '../reply.ts';
import { answered, type Call, type Work } from '../work.ts';

/** GET contacts: those with a key, 15 a page, narrowed by `labels[]` (any of them). */
export function list(call: Call): Work {
  const { store } = call.state;
  const page = pageOf(call.params);
  let ids = call.state.order.idsOf(call.params.sort, store);
  const labels = labelsOf(call.params.labels);
  if (labels) ids = ids.filter((id) => store.get(id)!.labels.some((label) => labels.has(label.toLowerCase())));
  const rows = slice(ids, page.number);
  const byName = sortKeysOf(call.params.sort).some((key) => key.name === 'name');
  const ms = pageMs((page.number - 1) * PAGE_SIZE, store.count, byName);
  return answered(
    ms,
    listReply({ count: ids.length, current_page: page.echo }, rows, store, wantsInboxes(call.params)),
  );
}

/** POST contacts/filter. */
export function filter(call: Call): Work {
  const { state } = call;
  const page = pageOf(call.params);
  const leaves = compile(call.params.payload, state.behaviour, state.definitions);
  const found = ordered(runFilter(leaves, state), sortKeysOf(call.params.sort), state.store);
  const rows = slice(found, page.number);
  const meta = { count: found.length, current_page: page.echo };
  const reply = listReply(meta, rows, state.store, wantsInboxes(call.params));
  return answered(filterMs(leaves, rows.length, state.store), reply);
}

/**
 * GET contacts/search: substring of name, e-mail, phone and company in any case, of identifier in its own case; the
 * wildcards % and _ are left as they are. A blank `q` answers 200 with a null count.
 */
export function search(call: Call): Work {
  const { store, behaviour } = call.state;
  const page = pageOf(call.params);
  const q = call.params.q;
  if (typeof q !== 'string' || q.trim() === '') {
    const meta: JsonObject = { count: null, current_page: page.echo };
    if (behaviour.searchHasMore) meta.has_more = null;
    return answered(12, json(200, { meta, payload: [] }));
  }
  if (q.includes('\u0000') || (behaviour.searchHasMore && page.raw < 1)) throw new Halt(serverError());
  const folded = likeExpression(`%${q.trim()}%`, 'iu');
  const exact = likeExpression(`%${q.trim()}%`, 'u');
  const found = ordered(
    store.mayHold(q.trim()).filter((id) => {
      const row = new Row(store.get(id)!);
      const { contact } = row;
      if (!behaviour.searchHasMore && !isResolved(contact)) return false;
      const texts = [contact.name, contact.email, contact.phone];
      if (texts.some((text) => text !== null && folded.test(text)) || exact.test(contact.identifier ?? '')) return true;
      const company = attributeText(row.additional, 'company_name');
      return company !== null && folded.test(company);
    }),
    sortKeysOf(call.params.sort),
    store,
  );
  const rows = slice(found, page.number);
  const meta: JsonObject = behaviour.searchHasMore
    ? { count: rows.length, current_page: page.echo, has_more: found.length > page.number * PAGE_SIZE }
    : { count: found.length, current_page: page.echo };
  return answered(scanMs(store.count), listReply(meta, rows, store, wantsInboxes(call.params)));
}

function labelsOf(sent: Json | undefined): Set<string> | undefined {
  if (sent === undefined || sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0))
    return undefined;
  const texts = (Array.isArray(sent) ? sent : [sent]).flatMap((item) => String(item ?? '').split(','));
  return new Set(texts.map((text) => text.trim().toLowerCase()).filter((text) => text !== ''));
}
