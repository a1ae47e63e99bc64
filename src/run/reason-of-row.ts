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
    message: 'The address is not a complete http or https URL.',
    hint: 'Give a complete address that starts with https://.',
  },
  'phone-excel-scientific': {
    outcomes: ['invalid'],
    message: 'A spreadsheet has turned the phone number into scientific notation; its last digits are lost for good.',
    hint: 'Export it again from the CRM, and open the file as text, or not at all, in the spreadsheet.',
  },
  'phone-several': {
    outcomes: ['invalid'],
    message: 'The cell holds more than one phone number.',
    hint: 'Leave the one that Chatwoot is to have, and put the others into columns of their own.',
  },
  'phone-country-unknown': {
    outcomes: ['invalid'],
    message: 'The phone number has no country code, and no country is set for the column.',
    hint: 'Set `country` of the column or of the source, or write the number with + and its country code.',
  },
  'phone-ambiguous': {
    outcomes: ['invalid'],
    message: 'The phone number may begin with a country code or with an area code, and is another number in each case.',
    hint: 'Write it with + and its country code, or with the zero (or what else is dialled) before its area code.',
  },
  'phone-not-in-use': {
    outcomes: ['invalid'],
    message: 'Its country has no phone numbers of this length and beginning.',
    hint: 'Look for a digit too many or too few; for a range that is brand new set `accept: possible`.',
  },
  'number-format': {
    outcomes: ['invalid'],
    message: 'The value is not a number as the locale of the column writes it.',
    hint: 'Set the `locale` whose group and decimal signs the file uses; codes and phone numbers are of type text.',
  },
  'boolean-word': {
    outcomes: ['invalid'],
    message: 'The value is no word for yes or no that the column knows.',
    hint: 'Set the `locale` of the column, or list the words under `true` and `false`.',
  },
  'date-format': {
    outcomes: ['invalid'],
    message: 'The value is not a date in a format of the column.',
    hint: 'Set `format` to how the file writes it, for example dd.MM.yyyy, or `excel` for day numbers.',
  },
  'date-ambiguous': {
    outcomes: ['invalid'],
    message: 'Two formats of the column read the date differently.',
    hint: 'Keep the one format that the file was exported with.',
  },
  'time-zone-unknown': {
    outcomes: ['invalid'],
    message: 'The time says no time zone, and none is set for the column.',
    hint: 'Set `timezone` of the column or of the source: that of the account in the CRM, for example Europe/Berlin.',
  },
  'time-left-out': {
    outcomes: ['invalid'],
    message: 'The clocks of the time zone went forward over this time: it never was.',
    hint: 'Set the `timezone` that the file was exported in; often it is UTC.',
  },
  'text-too-long': {
    outcomes: ['invalid'],
    message: 'The text is longer than `max_length` of the column.',
    hint: 'Shorten it, or raise `max_length`.',
  },
  placeholder: {
    outcomes: ['invalid'],
    message: 'The cell holds a word for "no value", such as NULL, N/A or -, where a value of a type is expected.',
    hint: 'List the word under `treat_as_empty` of the column, or write #N/A where the field is to be cleared.',
  },
  'formula-error': {
    outcomes: ['invalid'],
    message: 'The cell holds the error of a spreadsheet, such as #REF! or #VALUE!, and no value.',
    hint: 'Mend the formula, or export from the CRM again.',
  },
  'label-format': {
    outcomes: ['invalid'],
    message: 'The labels are not written in a way that says what to do with them.',
    hint: 'Write +vip to add, -old to remove, several parted by commas; or =a,b for exactly these labels, = for none.',
  },
  'required-empty': {
    outcomes: ['invalid'],
    message: 'A column that the source says is required is empty in this row.',
    hint: 'Fill it in the CRM, give it a default, or take `required` from the column in the configuration.',
  },
  'not-in-lookup': {
    outcomes: ['invalid'],
    message: "The value is not in the column's lookup table.",
    hint: 'Add it to `lookup` of the column, or set `unknown` to keep or drop.',
  },
  'identity-conflict': {
    outcomes: ['invalid'],
    message:
      'One e-mail address has two identifiers in this file, or one identifier two addresses: which contact is meant cannot be told.',
    hint: 'Correct the record in the CRM and export again; the message names two lines that contradict each other.',
  },
  'lookup-refused': {
    outcomes: ['invalid'],
    message: 'Chatwoot answers the look-up of this match key with a server error, while it answers all others.',
    hint: 'Look for invisible or unusual characters in the key.',
  },
} as const satisfies Record<string, ReasonText>;
