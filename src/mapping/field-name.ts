import { ATTRIBUTE_OBJECTS, PLAIN_FIELDS } from '../contact/field.ts';
import { LABELS } from '../contact/label.ts';
import { nearest } from './nearest.ts';

const NAMES: readonly string[] = ['id', ...PLAIN_FIELDS, LABELS];

/**
 * The field that a name means: as it stands, or else whatever its case. Keys of attributes keep their case, because
 * Chatwoot tells `Plan` from `plan`.
 */
export function fieldNamed(name: string): string | undefined {
  const trimmed = name.trim();
  const lower = trimmed.toLowerCase();
  if (NAMES.includes(lower)) return lower;
  for (const object of ATTRIBUTE_OBJECTS) {
    const key = trimmed.slice(object.length + 1).trim();
    if (lower.startsWith(`${object}.`) && key !== '') return `${object}.${key}`;
  }
  return undefined;
}

/** The field that a mistyped name most probably means. */
export function nearestField(name: string): string | undefined {
  const trimmed = name.trim();
  const dot = trimmed.indexOf('.');
  if (dot > 0 && dot < trimmed.length - 1) {
    const object = nearest(trimmed.slice(0, dot), ATTRIBUTE_OBJECTS);
    if (object !== undefined) return `${object}.${trimmed.slice(dot + 1)}`;
  }
  return nearest(trimmed, NAMES);
}

/** All fields on one line, for error texts. */
export const FIELD_LIST = [...NAMES, ...ATTRIBUTE_OBJECTS.map((object) => `${object}.<key>`)].join(', ');
