import { attributeOf } from './field.ts';
import { toJsonText } from './json.ts';
import { holdsLabel, isLabelField, labelOf } from './label.ts';
import type { LiveContact } from './live.ts';

/** Stands for a key that an attribute object does not have. No JSON text is empty. */
export const ABSENT = '';

/**
 * What a contact holds in a field, as JSON text: exactly what an undo has to put back. `ABSENT` for a key that is not
 * there; undefined for what the desk does not tell (an avatar's address, labels that were not read).
 */
export function formerOf(field: string, live: LiveContact): string | undefined {
  if (isLabelField(field)) return formerLabels(field, live.labels);
  const attribute = attributeOf(field);
  if (attribute !== undefined) {
    const object = live[attribute.object];
    return Object.hasOwn(object, attribute.key) ? toJsonText(object[attribute.key]!) : ABSENT;
  }
  switch (field) {
    case 'name':
    case 'email':
    case 'phone_number':
    case 'identifier':
    case 'blocked':
      return JSON.stringify(live[field]);
    default:
      return undefined;
  }
}

/** The whole list, or whether one label was held. */
function formerLabels(field: string, held: readonly string[] | undefined): string | undefined {
  if (held === undefined) return undefined;
  const label = labelOf(field);
  return label === undefined ? JSON.stringify(held) : String(holdsLabel(held, label));
}
