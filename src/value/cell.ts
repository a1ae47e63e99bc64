import { textFault } from '../contact/check.ts';
import { CLEAR } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import { EMPTY, type Normalise, type Tell } from './normalise.ts';
import type { CellSettings } from './settings.ts';
import { formulaFault, placeholderFault } from './suspicious.ts';

/** What holds for the cells of one type before it is asked. */
interface CellRules {
  /** A placeholder may be a value: somebody is called Null. */
  placeholders?: 'kept';
  /** The type says itself what an empty cell is. */
  empty?: 'asked';
}

/** A normaliser that first does what is the same for all types: empty cells, `#N/A`, broken text, placeholders. */
export function cellOf<Settings extends CellSettings>(
  normalise: Normalise<Settings>,
  rules: CellRules = {},
): Normalise<Settings> {
  return (text: string, settings: Settings, tell?: Tell): string | Fault => {
    const trimmed = text.trim();
    if (isEmpty(trimmed, settings)) return rules.empty === 'asked' ? normalise('', settings, tell) : EMPTY;
    if (trimmed === '#N/A') return CLEAR;
    const broken = textFault(text) ?? formulaFault(trimmed);
    if (broken !== undefined) return broken;
    const read = normalise(text, settings, tell);
    if (typeof read === 'string' || rules.placeholders === 'kept') return read;
    // Asked last: a column may have declared such a word as one of its own.
    return placeholderFault(trimmed) ?? read;
  };
}

function isEmpty(trimmed: string, { treat_as_empty: words = [] }: CellSettings): boolean {
  if (trimmed === '') return true;
  return words.some((word) => word.toLowerCase() === trimmed.toLowerCase());
}
