import { attributesOf, type ContactRecord, contactText } from '../contact.ts';
import { COST } from '../cost.ts';
import { isObject, type Json, type JsonObject, stringifyExact } from '../json.ts';
import { Halt, jsonText, missing } from '../reply.ts';
import { validate } from '../validate.ts';
import { answered, type Call, deferred, type Work } from '../work.ts';

/**
 * POST actions/contact_merge: the base wins, the mergee fills its gaps (attribute objects deeply) and is gone without a
 * webhook, its labels with it. The answer is the bare contact.
 */
export function merge(call: Call): Work {
  const base = find(call, call.params.base_contact_id);
  const mergee = find(call, call.params.mergee_contact_id);
  if (base.id === mergee.id) return answered(COST.merge, jsonText(200, contactText(base, false)));
  return deferred(COST.merge, () => {
    const { store } = call.state;
    const contact: ContactRecord = {
      ...base,
      name: filled(base.name, mergee.name),
      email: filled(base.email, mergee.email),
      phone: filled(base.phone, mergee.phone),
      identifier: filled(base.identifier, mergee.identifier),
      custom: mergedText(base.custom, mergee.custom),
      additional: mergedText(base.additional, mergee.additional),
      sourceId: base.sourceId ?? mergee.sourceId,
      updatedAt: Date.now(),
    };
    store.remove(mergee.id);
    try {
      validate(contact, base, store);
    } catch (error) {
      store.put(mergee);
      throw error;
    }
    store.put(contact);
    call.state.onEvent({ name: 'contact_updated', contact, before: base });
    return jsonText(200, contactText(contact, false));
  });
}

function find(call: Call, id: Json | undefined): ContactRecord {
  const contact = call.state.store.get(Number.parseInt(String(id), 10));
  if (!contact) throw new Halt(missing());
  return contact;
}

function filled(base: string | null, mergee: string | null): string | null {
  return base === null || base.trim() === '' ? (mergee?.trim() ? mergee : base) : base;
}

function mergedText(base: string, mergee: string): string {
  return stringifyExact(deepMerge(attributesOf(mergee), attributesOf(base)));
}

function deepMerge(under: JsonObject, over: JsonObject): JsonObject {
  const result: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const held = Object.hasOwn(result, key) ? result[key] : undefined;
    result[key] = isObject(held) && isObject(value) ? deepMerge(held, value) : value;
  }
  return result;
}
