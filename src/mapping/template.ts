/** A part of a template: text as it stands, or a column with what stands for it when it is empty. */
export type TemplatePart = string | { column: string; fallback: string };

const PART = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Reads `{First Name} {Last Name}`. `{Column|text}` gives a text for an empty column, `{{` and `}}` are braces.
 *
 * @returns its parts, or what is wrong with it and what to do
 */
export function parseTemplate(template: string): TemplatePart[] | { fault: string } {
  const parts: TemplatePart[] = [];
  let text = '';
  let at = 0;
  for (const found of template.matchAll(PART)) {
    const [whole, inside] = found;
    text += template.slice(at, found.index);
    at = found.index + whole.length;
    if (whole === '{{' || whole === '}}') text += whole[0];
    else if (inside === undefined)
      return { fault: `"${whole}" has no counterpart. Write ${whole}${whole} for a brace` };
    else {
      const [column = '', ...fallback] = inside.split('|');
      if (column.trim() === '') return { fault: '{} names no column. Write {Column}' };
      if (text !== '') parts.push(text);
      text = '';
      parts.push({ column: column.trim(), fallback: fallback.join('|') });
    }
  }
  text += template.slice(at);
  if (text !== '') parts.push(text);
  return parts;
}

/**
 * Joins what the columns hold. Empty ones collapse: of the texts around them stays one between two that are filled, the
 * text before the first as soon as one is filled, and the text behind the last when that one is.
 *
 * @param filled what stands for each part that is a column; '' for an empty one
 */
export function joinTemplate(parts: readonly (string | number)[], filled: (column: number) => string): string {
  let joined = '';
  let between = '';
  let lastIsFilled = false;
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'string') {
      between = part;
      if (i === parts.length - 1 && lastIsFilled) joined += part;
      continue;
    }
    const value = filled(part);
    lastIsFilled = value !== '';
    if (!lastIsFilled) continue;
    if (joined !== '') joined += between;
    else if (typeof parts[0] === 'string') joined = parts[0];
    joined += value;
    between = '';
  }
  return joined;
}
