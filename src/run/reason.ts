import { ROW_REASONS } from './reason-of-row.ts';
import type { ReasonText } from './reason-text.ts';

/**
 * Why an outcome is what it is: a closed list. docs/outcomes.md is generated from it, so a reason without a remedy does
 * not exist.
 */
export const REASONS = {
  'folded-into-newer': {
    outcomes: ['merged'],
    message: 'A later change of the same contact was written together with this one.',
    hint: 'Nothing to do: fields that only this row set were written too.',
  },
  'older-than-written': {
    outcomes: ['stale'],
    message: 'A newer value was already written, and nothing else of this row differs.',
    hint: 'Nothing to do, unless the time of observation in the source is wrong.',
  },
  'deleted-at-source': {
    outcomes: ['skipped', 'stale'],
    message:
      'The record was deleted in the source; the contact is left alone, and so is what is older than the deletion.',
    hint: 'Nothing to do. Delete the contact in Chatwoot if it is to go there too.',
  },
  'nothing-mapped': {
    outcomes: ['skipped'],
    message: 'The event changes nothing that is mapped to a field.',
    hint: 'Nothing to do, or map the value to a field under `map` of the source.',
  },
  'event-thin': {
    outcomes: ['invalid'],
    message: 'The event carries the id of a record and none of its values.',
    hint: 'Give the source `fetch`, then: contact-sync events replay; or let the sender send the values.',
  },
  'fetch-failed': {
    outcomes: ['invalid'],
    message: 'The event carries only an id, and the CRM did not give the record in a form that can be read.',
    hint: 'Read why in the message, mend `fetch` of the source or the CRM, then: contact-sync events replay.',
  },
  'event-unusable': {
    outcomes: ['invalid'],
    message: 'The event is authentic and cannot be read.',
    hint: 'See what came with: contact-sync events show; mend the source, then: contact-sync events replay.',
  },
  'over-limit': {
    outcomes: ['skipped'],
    message: 'The run was limited with --limit and this row lies beyond it.',
    hint: 'Run again without --limit to send the rest.',
  },
  'filtered-out': {
    outcomes: ['skipped'],
    message: 'The row does not fit the conditions under `where` of its source.',
    hint: 'Nothing to do, or change the conditions in the configuration.',
  },
  'no-such-contact': {
    outcomes: ['not_found'],
    message: 'No contact has this match key.',
    hint: 'Check the key in Chatwoot; contacts without e-mail, phone and identifier are invisible to its filter.',
  },
  'several-contacts': {
    outcomes: ['ambiguous'],
    message: 'More than one contact has this match key.',
    hint: 'Merge the contacts in Chatwoot, or match by a key that is unique (id, identifier, email).',
  },
  ...ROW_REASONS,
  'contact-gone': {
    outcomes: ['rejected'],
    message: 'Chatwoot has no contact with this id (deleted, or merged into another).',
    hint: 'Look the contact up again by another key.',
  },
  'email-taken': {
    outcomes: ['rejected'],
    message: 'Another contact has this e-mail address.',
    hint: 'Merge the two contacts in Chatwoot, or leave the address out.',
  },
  'phone-taken': {
    outcomes: ['rejected'],
    message: 'Another contact has this phone number.',
    hint: 'Merge the two contacts in Chatwoot, or leave the number out.',
  },
  'identifier-taken': {
    outcomes: ['rejected'],
    message: 'Another contact has this identifier.',
    hint: 'Merge the two contacts in Chatwoot, or leave the identifier out.',
  },
  'record-invalid-elsewhere': {
    outcomes: ['rejected'],
    message: 'Chatwoot refuses the contact because of a field that this row did not set.',
    hint: 'Open the contact and repair that field (often a phone number that two contacts share), then feed the row back.',
  },
  'field-refused': {
    outcomes: ['rejected'],
    message: 'Chatwoot refused a value of this row.',
    hint: "Read Chatwoot's own words in the message and correct the value.",
  },
  'bad-request': {
    outcomes: ['rejected'],
    message: 'Chatwoot could not read the request.',
    hint: 'Look for broken characters in the row; please report it if there are none.',
  },
  'server-error': {
    outcomes: ['failed'],
    message: 'Chatwoot answered with a server error each time, while it was well otherwise.',
    hint: "Find the request id in the desk's log, then feed the row back.",
  },
  'timed-out': {
    outcomes: ['failed'],
    message: 'Chatwoot did not answer in time, while it was well otherwise.',
    hint: 'Feed the row back; the contact may be locked by another process of the desk.',
  },
  'connection-lost': {
    outcomes: ['failed'],
    message: 'The connection broke each time while this row was sent.',
    hint: 'Look at the proxy between here and Chatwoot, then feed the row back.',
  },
  'not-an-answer': {
    outcomes: ['failed'],
    message: "The answer was not Chatwoot's JSON (a proxy or a maintenance page answered).",
    hint: 'Check the base URL and what stands between here and Chatwoot, then feed the row back.',
  },
  'crashed-repeatedly': {
    outcomes: ['failed'],
    message: 'The worker died several times while it worked on this contact.',
    hint: 'Please report it with the log; the other rows are not affected.',
  },
  drifted: {
    outcomes: ['skipped'],
    message: 'The contact no longer holds what the plan saw, so nothing of it was written.',
    hint: 'Plan again with the same file, look at it, and apply the new plan.',
  },
  edited_since: {
    outcomes: ['skipped', 'updated'],
    message: 'Somebody changed the field after the run that is undone, so it was left alone.',
    hint: 'Open the contact and decide by hand; fields that nobody touched were put back.',
  },
  'created-by-run': {
    outcomes: ['skipped'],
    message: 'The run that is undone created this contact, and undo deletes nothing by itself.',
    hint: 'Undo once more with --delete-created to delete such contacts, or keep them.',
  },
  'cannot-undo': {
    outcomes: ['skipped'],
    message: 'What the contact held before is not known (an avatar, or a row that was written without being read).',
    hint: 'Set the value by hand; runs without --no-undo keep former values.',
  },
  'conflict-dropped': {
    outcomes: ['updated', 'created'],
    message: 'Another contact has a value of this row; the other fields were written.',
    hint: 'Merge the two contacts in Chatwoot, then feed the row back.',
  },
  'guard-rail': {
    outcomes: ['cancelled'],
    message: 'A guard rail stopped the run before this row was sent.',
    hint: 'Look at what the run would do with: contact-sync plan; the summary says how to let it pass once.',
  },
  'run-cancelled': {
    outcomes: ['cancelled'],
    message: 'The run was cancelled before this row was sent.',
    hint: 'Run the file again: rows that were already written cost no second write.',
  },
} as const satisfies Record<string, ReasonText>;

export type Reason = keyof typeof REASONS;
export const REASON_NAMES = Object.keys(REASONS) as Reason[];

/** Why a row cannot be sent, said by mapping and checks before anything leaves the machine. */
export interface Fault {
  reason: Reason;
  /** The particular place and value shape, for people; never the value itself (it may be personal). */
  detail?: string;
}
