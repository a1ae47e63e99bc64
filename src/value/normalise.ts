import type { Fault } from '../run/reason.ts';

/**
 * One cell in the one form of its type: JSON text, or why it cannot be read. `EMPTY` says that the cell holds nothing
 * after all, `CLEAR` that it asks to clear the field. Pure and total: whatever the text, nothing is thrown, as long as
 * the settings are without fault (`settingFaults`).
 *
 * @param tell hears what was read all the same but left something out; nobody has to listen
 */
export type Normalise<Settings> = (text: string, settings: Settings, tell?: Tell) => string | Fault;

/** The cell holds nothing: treat it as an empty one. No JSON text is empty, so it is taken for no value. */
export const EMPTY = '';

/** What cells held that was not taken, behind "12 cells", and what to do where that is not meant. */
interface RemarkText {
  what: string;
  next: string;
}

/** What a value was read without. Said once a column with a count, never with the value. */
export const REMARKS = {
  'several-addresses': {
    what: 'held several addresses, the first was taken',
    next: 'Correct the cells in the CRM where another one is meant.',
  },
  'several-numbers': {
    what: 'held several phone numbers, the first was taken',
    next: 'Correct the cells in the CRM where another one is meant.',
  },
  'extension-dropped': {
    what: 'held an extension behind the phone number, it was left out',
    next: 'To keep it, make an attribute of the same column with part: extension (docs/values.md).',
  },
  'hour-twice': {
    what: 'held a time in the hour that the clocks repeat, the earlier of the two was taken',
    next: 'Export times with their offset where the later one may be meant.',
  },
} as const satisfies Record<string, RemarkText>;

export type Remark = keyof typeof REMARKS;

/** Takes a remark on the cell that is being read. */
export type Tell = (remark: Remark) => void;
