import type { Fault } from '../run/reason.ts';

/** What programs write where they have nothing. */
const PLACEHOLDER = /^(?:null|\(null\)|nil|none|undefined|nan|n\/a|n\.a\.|na|-{1,3}|–|—|\?{1,3})$/i;

/** What a spreadsheet shows instead of a result. `#N/A` is not among them: it clears the field. */
const FORMULA_ERROR = /^#(?:[A-ZÄÖÜ]+[!?]|DIV\/0!|GETTING_DATA|#+)$/i;

/** A text that stands for no value: fit for no type but text. */
export function placeholderFault(text: string): Fault | undefined {
  if (!PLACEHOLDER.test(text)) return undefined;
  return { reason: 'placeholder', detail: 'a word for "no value"' };
}

/** The error of a spreadsheet: never data, whatever the type. */
export function formulaFault(text: string): Fault | undefined {
  return FORMULA_ERROR.test(text) ? { reason: 'formula-error', detail: 'the error of a spreadsheet' } : undefined;
}
