import { isLongerThan, MAX_TEXT } from './normalise.ts';
import { CLEAR, type Patch } from './patch.ts';

/** The field that sets all labels of a contact: a JSON array of texts. */
export const LABELS = 'labels';

const ONE = `${LABELS}.`;

/** The field of one label: JSON `true` adds it, `false` removes it, `null` leaves it as it is held. */
export function fieldOfLabel(label: string): string {
  return ONE + label;
}

/** The label that a field adds or removes; undefined for every other field. */
export function labelOf(field: string): string | undefined {
  return field.startsWith(ONE) ? field.slice(ONE.length) : undefined;
}

/** Whether a field is written with the labels' own call, because a PUT ignores them (observed on 4.10.0). */
export function isLabelField(field: string): boolean {
  return field === LABELS || field.startsWith(ONE);
}

/** Whether a newer field leaves nothing of an older one: a list of every single label, a label of its other spellings. */
export function coversField(newer: string, older: string): boolean {
  const label = labelOf(older);
  if (label === undefined) return false;
  return newer === LABELS || same(labelOf(newer) ?? '', label);
}

export function setsLabels(patch: Patch): boolean {
  return Object.keys(patch).some(isLabelField);
}

/** The fields that a PUT can carry. */
export function withoutLabels(patch: Patch): Patch {
  return Object.fromEntries(Object.entries(patch).filter(([field]) => !isLabelField(field)));
}

/** The names of fields as a report says them: whatever becomes of single labels, it is `labels`. */
export function reportedFields(fields: Iterable<string>): string[] {
  return [...new Set([...fields].map((field) => (isLabelField(field) ? LABELS : field)))];
}

/** Whether a list holds a label, whatever its case: the desk knows one tag for "VIP" and "vip" (acts-as-taggable-on). */
export function holdsLabel(labels: readonly string[], label: string): boolean {
  return labels.some((one) => same(one, label));
}

/** Whether two lists hold the same labels, in whatever order and case. */
export function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.every((label) => holdsLabel(b, label)) && b.every((label) => holdsLabel(a, label));
}

/** Sorted, each label once; the first spelling of several stays. */
export function uniqueLabels(labels: readonly string[]): string[] {
  // By name and not each against each: a cell may hold thirty thousand.
  const first = new Map<string, string>();
  for (const label of labels) {
    const name = label.toLowerCase();
    if (!first.has(name)) first.set(name, label);
  }
  return [...first.values()].sort();
}

/** The labels in the JSON text of the field `labels`; none when it is cleared. */
export function labelsIn(text: string): string[] {
  return text === CLEAR ? [] : (JSON.parse(text) as string[]);
}

/** What a contact's labels become: the list that is set, or else the one held, with single labels added and removed. */
export function wantedLabels(patch: Patch, held: readonly string[]): string[] {
  const set = patch[LABELS];
  let wanted = set === undefined ? [...held] : labelsIn(set);
  for (const [field, text] of Object.entries(patch)) {
    const label = labelOf(field);
    if (label === undefined) continue;
    const add = text === CLEAR ? holdsLabel(held, label) : text === 'true';
    if (add && !holdsLabel(wanted, label)) wanted.push(label);
    if (!add) wanted = wanted.filter((one) => !same(one, label));
  }
  return wanted;
}

/** Why a text cannot be a label; undefined for one that can. */
export function labelFault(label: string): string | undefined {
  if (label === '') return 'an entry is empty';
  if (/^[+\-=]/.test(label)) return 'a sign stands twice, or = stands behind an entry with + or -';
  if (/\p{Cc}/u.test(label)) return 'a label holds a control character';
  // The desk reads quotes and commas as marks of its own (acts-as-taggable-on, `DefaultParser`).
  if (/^["']/.test(label)) return 'a label begins with a quotation mark';
  return isLongerThan(label, MAX_TEXT) ? `a label has more than ${MAX_TEXT} characters` : undefined;
}

/** Whether the desk would take a label apart when it is sent back: it was not made by way of its API. */
export function isTakenApart(label: string): boolean {
  return label.includes(',') || /^["']/.test(label);
}

function same(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}
