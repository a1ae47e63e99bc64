import type { Outcome } from './outcome.ts';

interface ReasonText {
  /** The outcomes it may stand beside. */
  outcomes: readonly Outcome[];
  /** What happened, for people. */
  message: string;
  /** What to do next. */
  hint: string;
}

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
    message: 'A newer value was already written to every field of this row.',
    hint: 'Nothing to do, unless the time of observation in the source is wrong.',
  },
  'over-limit': {
    outcomes: ['skipped'],
    message: 'The run was limited with --limit and this row lies beyond it.',
    hint: 'Run again without --limit to send the rest.',
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
  'row-malformed': {
    outcomes: ['invalid'],
    message: 'The record is not valid CSV.',
    hint: 'Check the quotes of this line and of the one before it.',
  },
  'row-ragged': {
    outcomes: ['invalid'],
    message: 'The record has not as many cells as the header has columns.',
    hint: 'Quote cells that contain the delimiter, or complete the row.',
  },
  'cell-too-long': {
    outcomes: ['invalid'],
    message: 'A cell or the whole record is larger than the reader takes.',
    hint: 'A quote that is never closed swallows the lines after it: check the quotes of this line.',
  },
  'nul-byte': {
    outcomes: ['invalid'],
    message: 'A cell contains a NUL character, which Chatwoot answers with a server error for ever.',
    hint: 'Remove the NUL characters; a UTF-16 file has to be converted to UTF-8.',
  },
  'bad-text': {
    outcomes: ['invalid'],
    message: 'A cell holds characters that are not valid Unicode text.',
    hint: 'Save the file as UTF-8.',
  },
  'no-match-key': {
    outcomes: ['invalid'],
    message: 'The row has no value in any of the columns that find a contact.',
    hint: 'Fill one of the match columns, or name another one with --match.',
  },
  'id-not-a-number': {
    outcomes: ['invalid'],
    message: "The id is not a contact id of Chatwoot's (a positive whole number).",
    hint: "Use Chatwoot's contact id, or map your own id to identifier.",
  },
  'email-format': {
    outcomes: ['invalid', 'rejected'],
    message: 'The e-mail address is not valid.',
    hint: 'Give one address of the form name@domain, without spaces.',
  },
  'phone-format': {
    outcomes: ['invalid', 'rejected'],
    message: 'The phone number is not in E.164 form.',
    hint: 'Write it as + and 2 to 15 digits, for example +4915112345678.',
  },
  'too-long': {
    outcomes: ['invalid', 'rejected'],
    message: 'A value is longer than the 255 characters that Chatwoot takes.',
    hint: 'Shorten it, or put it into a custom attribute.',
  },
  'location-too-long': {
    outcomes: ['invalid'],
    message: 'City or country has more than 255 characters: Chatwoot would take it once and refuse every later update.',
    hint: 'Shorten the value.',
  },
  'not-boolean': {
    outcomes: ['invalid'],
    message: 'The value is neither true nor false; Chatwoot would read any other text, "no" included, as true.',
    hint: 'Write true or false.',
  },
  'not-a-number': {
    outcomes: ['invalid'],
    message: 'The attribute is defined as a number and the value is none; one such value breaks every filter on it.',
    hint: 'Write a plain decimal number, or change the definition in Chatwoot.',
  },
  'not-a-date': {
    outcomes: ['invalid'],
    message: 'The attribute is defined as a date and the value is none.',
    hint: 'Write it as YYYY-MM-DD.',
  },
  'not-an-option': {
    outcomes: ['invalid'],
    message: 'The attribute is defined as a list and the value is none of its options.',
    hint: 'Use one of the options exactly, or add the option in Chatwoot.',
  },
  'url-format': {
    outcomes: ['invalid'],
    message: 'The avatar address is not an http or https URL.',
    hint: 'Give a complete address that starts with https://.',
  },
  'label-format': {
    outcomes: ['invalid'],
    message: 'The labels are not written in a way that says what to do with them.',
    hint: 'Write +vip to add, -old to remove, several parted by commas; or =a,b for exactly these labels, = for none.',
  },
  'lookup-refused': {
    outcomes: ['invalid'],
    message: 'Chatwoot answers the look-up of this match key with a server error, while it answers all others.',
    hint: 'Look for invisible or unusual characters in the key.',
  },
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
