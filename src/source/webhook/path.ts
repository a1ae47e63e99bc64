import { own } from './untrusted.ts';

/** A step of a JSON path: a name, a place in a list, or `*`, every entry of a list. */
type Step = { name: string } | { place: number } | '*';

/** A JSON path that was understood. */
export type JsonPath = readonly Step[];

const STEP = /^(?:\.?([^.[\]"]+)|\[(\d{1,6})\]|\["([^"]+)"\]|\[(\*)\])/;

/**
 * Reads `data.contact.emails[0].value`; a name with a dot in it stands as `["a.b"]`. An empty path is the value itself.
 *
 * @returns the path, or why it is none, with the next step
 */
export function parsePath(text: string): { path: JsonPath } | { fault: string } {
  const steps: Step[] = [];
  for (let at = 0; at < text.length; ) {
    const found = STEP.exec(text.slice(at));
    const dotted = text[at] === '.';
    const afterName = at > 0 && text[at] !== '[';
    if (found === null || (dotted && at === 0) || (afterName && !dotted)) {
      return { fault: `"${text}" is no JSON path at character ${at + 1}: write it like data.emails[0].value` };
    }
    const [whole, name, place, quotedName, star] = found;
    if (star !== undefined) steps.push('*');
    else steps.push(place === undefined ? { name: name ?? quotedName! } : { place: Number(place) });
    at += whole.length;
  }
  return { path: steps };
}

/** Whether a path can lead to several values. */
export function isMany(path: JsonPath): boolean {
  return path.includes('*');
}

/** All values a path leads to, in their order; none when a step is missing. */
export function valuesAt(value: unknown, path: JsonPath): unknown[] {
  return path.reduce<unknown[]>((found, step) => found.flatMap((one) => taken(one, step)), [value]);
}

function taken(value: unknown, step: Step): unknown[] {
  if (step === '*') return Array.isArray(value) ? value : [];
  if ('place' in step) return Array.isArray(value) && step.place < value.length ? [value[step.place]] : [];
  const next = own(value, step.name);
  return next === undefined ? [] : [next];
}
