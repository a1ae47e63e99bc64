import { isLongerThan } from '../contact/normalise.ts';
import { cellOf } from './cell.ts';
import type { Normalise } from './normalise.ts';
import { recordId } from './record-id.ts';
import type { TextSettings } from './settings.ts';

/** A sign that a spreadsheet shall take digits for text; before letters it is part of a name, as in `'t Hooft`. */
const APOSTROPHE = /^'+(?=\+?\d+$)/;

/** Text as it is, but composed (NFC), so that one name is one value, and without space around it. */
export const text: Normalise<TextSettings> = cellOf(
  (given, { trim = true, max_length: max, ids_of: crm }) => {
    const composed = given.normalize('NFC');
    const read = trim ? composed.trim().replace(APOSTROPHE, '') : composed;
    const kept = crm === undefined ? read : recordId(read, crm);
    if (max !== undefined && isLongerThan(kept, max)) {
      return { reason: 'text-too-long', detail: `more than the ${max} characters of max_length` };
    }
    return JSON.stringify(kept);
  },
  { placeholders: 'kept' },
);
