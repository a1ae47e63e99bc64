import { randomUUID } from 'node:crypto';
import { requireAdministrator } from '../auth.ts';
import { attributesOf, contactText, INBOX_ID } from '../contact.ts';
import { COST } from '../cost.ts';
import { stringifyExact } from '../json.ts';
import { wantsInboxes } from '../page.ts';
import { empty, Halt, json, jsonText, missing, serverError, unprocessable } from '../reply.ts';
import { commitCreate, commitUpdate, prepareCreate, prepareUpdate } from '../save.ts';
import type { State } from '../state.ts';
import { answered, type Call, deferred, type Work } from '../work.ts';
import { contactOf } from './found.ts';
import { inboxRecord } from './inboxes.ts';

/** GET contacts/:id */
export function show(call: Call): Work {
  const inboxes = wantsInboxes(call.params);
  const contact = contactOf(call);
  return answered(COST.show, jsonText(200, `{"payload":${contactText(contact, inboxes)}}`));
}

/** PUT and PATCH contacts/:id: 200 with the contact, whatever swagger says. */
export function update(call: Call): Work {
  const inboxes = wantsInboxes(call.params);
  const snapshot = contactOf(call);
  const columns = prepareUpdate(snapshot, call.params, call.state);
  const changes = Object.keys(columns).length > 0;
  const ms = (changes ? COST.put : COST.putNothing) + (inboxes ? COST.inboxes : 0);
  const work = deferred(ms, () => {
    const next = commitUpdate(snapshot, columns, call.state);
    startAvatar(call, next.id);
    return jsonText(200, `{"payload":${contactText(next, inboxes)}}`);
  });
  return { ...work, changes };
}

/** POST contacts: 200, the contact and the inbox it was put into. */
export function create(call: Call): Work {
  const candidate = prepareCreate(call.params, call.state);
  const sent = call.params.inbox_id;
  const inInbox = sent !== undefined && sent !== null && sent !== '';
  if (inInbox && Number.parseInt(String(sent), 10) !== INBOX_ID) throw new Halt(missing());
  return deferred(COST.create, () => {
    const sourceId = inInbox ? sourceIdOf(call) : null;
    const contact = commitCreate({ ...candidate, sourceId }, call.state);
    startAvatar(call, contact.id);
    const inbox = inInbox ? stringifyExact(inboxRecord(call.state)) : 'null';
    const contactInbox = `{"inbox":${inbox},"source_id":${JSON.stringify(sourceId)}}`;
    return jsonText(200, `{"payload":{"contact":${contactText(contact, true)},"contact_inbox":${contactInbox}}}`);
  });
}

/** DELETE contacts/:id: administrators only, no body, no webhook. */
export function destroy(call: Call): Work {
  requireAdministrator(call.role);
  const contact = contactOf(call);
  return deferred(COST.remove, () => {
    call.state.store.remove(contact.id);
    return empty(200);
  });
}

/** POST contacts/:id/destroy_custom_attributes: the only way to delete a custom key. */
export function destroyCustomAttributes(call: Call): Work {
  const snapshot = contactOf(call);
  const sent = call.params.custom_attributes;
  const keys = new Set(
    (Array.isArray(sent) ? sent : [sent ?? []]).filter((key) => typeof key !== 'object').map(String),
  );
  const left = Object.entries(attributesOf(snapshot.custom)).filter(([key]) => !keys.has(key));
  const custom = stringifyExact(Object.fromEntries(left));
  // Saving checks the whole record here as well.
  prepareUpdate(snapshot, {}, call.state);
  return deferred(COST.destroyAttributes, () => {
    const next = commitUpdate(snapshot, custom === snapshot.custom ? {} : { custom }, call.state);
    return jsonText(200, `{"payload":${contactText(next, true)}}`);
  });
}

/** DELETE contacts/:id/avatar: there are no pictures here, so only the answer. */
export function removeAvatar(call: Call): Work {
  return answered(COST.small, jsonText(200, `{"payload":${contactText(contactOf(call), true)}}`));
}

/** POST contacts/export: the file goes out by mail, so an empty answer is all there is. */
export function exportContacts(call: Call): Work {
  requireAdministrator(call.role);
  return answered(COST.small, empty(200));
}

/** POST contacts/import: without a file 422; with one the sandbox imports nothing. */
export function importContacts(call: Call): Work {
  requireAdministrator(call.role);
  return answered(COST.small, call.params.import_file ? empty(200) : unprocessable('File is blank'));
}

/** GET contacts/active: nobody is ever online here. */
export function active(): Work {
  return answered(COST.small, json(200, { meta: { count: 0, current_page: 1 }, payload: [] }));
}

function startAvatar(call: Call, id: number): void {
  const url = call.params.avatar_url;
  if (typeof url === 'string' && url.trim() !== '') call.state.onAvatar(id, url);
}

function sourceIdOf(call: Call): string {
  const sent = call.params.source_id;
  if (sent === undefined || sent === null || sent === '') return randomUUID();
  const wanted = String(sent);
  if (isSourceTaken(wanted, call.state)) throw new Halt(serverError());
  return wanted;
}

function isSourceTaken(sourceId: string, state: State): boolean {
  return state.store.bySource(sourceId) !== undefined;
}
