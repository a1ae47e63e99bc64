import { requireAdministrator } from '../auth.ts';
import type { ContactRecord } from '../contact.ts';
import { COST } from '../cost.ts';
import { isObject, type Json } from '../json.ts';
import { empty, json } from '../reply.ts';
import type { State } from '../state.ts';
import { answered, type Call, deferred, type Work } from '../work.ts';
import { contactOf } from './found.ts';

/** GET contacts/:id/labels */
export function readLabels(call: Call): Work {
  return answered(COST.readLabels, json(200, { payload: [...contactOf(call).labels] }));
}

/** POST contacts/:id/labels: replaces all; a missing or empty list clears them. Split at commas, case is kept. */
export function writeLabels(call: Call): Work {
  const contact = contactOf(call);
  const labels = labelList(call.params.labels);
  return deferred(COST.labels, () => {
    setLabels(contact.id, labels, call.state);
    return json(200, { payload: labels });
  });
}

/**
 * POST bulk_actions: an asynchronous job behind an empty answer. On contacts 4.1 refuses it, 4.10 only adds labels
 * (removal is accepted and ignored), 4.15 removes as well. Deleting is for administrators.
 */
export function bulkActions(call: Call): Work {
  const { state, params } = call;
  const type = String(params.type ?? '').replace(/^./, (first) => first.toUpperCase());
  if (type === 'Conversation') return answered(COST.bulk, empty(200));
  if (type !== 'Contact' || state.behaviour.bulk === 'refused') {
    return answered(COST.small, json(422, { success: false }));
  }
  const ids = (Array.isArray(params.ids) ? params.ids : []).map((id) => Number.parseInt(String(id), 10));
  if (params.action_name === 'delete') requireAdministrator(call.role);
  return deferred(COST.bulk, () => {
    setImmediate(() => {
      for (const id of ids) applyBulk(id, call);
    });
    return empty(200);
  });
}

/** Writes labels and announces the change; nothing happens when they are the same. */
export function setLabels(id: number, labels: readonly string[], state: State): void {
  const before = state.store.get(id);
  if (!before || before.labels.join('\n') === labels.join('\n')) return;
  const contact: ContactRecord = { ...before, labels, updatedAt: Date.now() };
  state.store.put(contact);
  state.onEvent({ name: 'contact_updated', contact, before });
}

function applyBulk(id: number, call: Call): void {
  const contact = call.state.store.get(id);
  if (!contact) return;
  if (call.params.action_name === 'delete') {
    call.state.store.remove(id);
    return;
  }
  const labels = isObject(call.params.labels) ? call.params.labels : {};
  const removed = new Set(call.state.behaviour.bulk === 'adds and removes' ? labelList(labels.remove) : []);
  const kept = contact.labels.filter((label) => !removed.has(label));
  setLabels(id, [...new Set([...kept, ...labelList(labels.add)])], call.state);
}

function labelList(sent: Json | undefined): string[] {
  if (!Array.isArray(sent)) return [];
  const texts = sent.filter((item) => typeof item !== 'object').flatMap((item) => String(item).split(','));
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
}
