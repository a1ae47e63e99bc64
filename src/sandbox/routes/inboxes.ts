import { randomUUID } from 'node:crypto';
import { contactText, INBOX_ID, INBOX_SLICE } from '../contact.ts';
import { COST } from '../cost.ts';
import type { JsonObject } from '../json.ts';
import { empty, Halt, jsonText, missing } from '../reply.ts';
import type { State } from '../state.ts';
import { answered, type Call, type Work } from '../work.ts';
import { contactOf } from './found.ts';

/** The inbox as a create in it answers: the raw record with all columns; 4.1 has no `csat_config`. */
export function inboxRecord(state: State): JsonObject {
  const created = '2026-01-01T00:00:00.000Z';
  const record: JsonObject = {
    id: INBOX_ID,
    channel_id: 1,
    account_id: state.account,
    name: 'API',
    created_at: created,
    updated_at: created,
    channel_type: 'Channel::Api',
    enable_auto_assignment: true,
    greeting_enabled: false,
    greeting_message: null,
    email_address: null,
    working_hours_enabled: false,
    out_of_office_message: null,
    timezone: 'UTC',
    enable_email_collect: true,
    csat_survey_enabled: false,
    allow_messages_after_resolved: true,
    auto_assignment_config: {},
    lock_to_single_conversation: false,
    portal_id: null,
    sender_name_type: 'friendly',
    business_name: null,
  };
  if (state.version !== '4.1') record.csat_config = {};
  return record;
}

/** POST contact_inboxes/filter: one contact by its source id, bare; no match is 404 without a body. */
export function filterByInbox(call: Call): Work {
  if (Number.parseInt(String(call.params.inbox_id), 10) !== INBOX_ID) throw new Halt(missing());
  const contact = call.state.store.bySource(String(call.params.source_id));
  return answered(COST.show, contact ? jsonText(200, contactText(contact, true)) : empty(404));
}

/** GET contacts/:id/contactable_inboxes: the API inbox, reachable for those that are in it. */
export function contactableInboxes(call: Call): Work {
  const contact = contactOf(call);
  const entry = `{"inbox":${INBOX_SLICE},"source_id":${JSON.stringify(contact.sourceId ?? randomUUID())}}`;
  return answered(COST.show, jsonText(200, `{"payload":[${entry}]}`));
}
