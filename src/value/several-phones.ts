/** Between two numbers; a slash and a hyphen also stand within one. */
const BETWEEN = /[;|,\n\r/]|:::|\s(?:or|oder|ou|o|und|and|et|y|&)\s/i;

/** `030 1234567/68`: the last digits of a second number. Read as one, it is a third number that may well exist. */
const RANGE = /\d{3}[\d\s-]*\/\s*\d{1,4}$/;

/** Shortest number that is dialled with its area code; area codes by themselves have up to six digits. */
const NUMBER_DIGITS = 7;

/** Whether a text holds more than one phone number. Which one is meant is not for us to say. */
export function holdsSeveral(text: string): boolean {
  if (text.indexOf('+', 1) > 0 && /\d.*\+/.test(text)) return true;
  const numbers = text.split(BETWEEN).filter((part) => part.replace(/\D/g, '').length >= NUMBER_DIGITS);
  if (numbers.length > 1) return true;
  return RANGE.test(text) && text.slice(0, text.lastIndexOf('/')).replace(/\D/g, '').length >= NUMBER_DIGITS;
}
