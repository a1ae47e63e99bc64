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

/** What a value was read without. Said once a column with a count, never with the value. */
export const REMARKS = {
  'several-addresses': 'several addresses stand in a cell: the first one was taken',
  'several-numbers': 'several phone numbers stand in a cell: the first one was taken',
  'extension-dropped': 'an extension stands behind the phone number: it was left out',
  'hour-twice': 'a time falls into the hour that the clocks repeat: the earlier of the two was taken',
} as const satisfies Record<string, string>;

export type Remark = keyof typeof REMARKS;

/** Takes a remark on the cell that is being read. */
export type Tell = (remark: Remark) => void;
