import type { ReasonText } from './reason-text.ts';

/** Why a row cannot be sent as it is: the row itself is wrong, and nothing of it leaves the machine. */
export const ROW_REASONS = {
  'row-malformed': {
    outcomes: ['invalid'],
    message: 'The record is not valid CSV, or not an object of JSON.',
    hint: 'Check the quotes of this line and of the one before it; of JSON, its brackets.',
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
    hint: 'Remove the NUL characters; if every row has them, give --encoding utf-16le.',
  },
  'bad-text': {
    outcomes: ['invalid'],
    message: 'A cell holds characters that are not valid Unicode text.',
    hint: 'Save the file as UTF-8, or say with --encoding what it is.',
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
} as const satisfies Record<string, ReasonText>;
