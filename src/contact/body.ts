import { ATTRIBUTE_OBJECTS, type AttributeObject, attributeOf } from './field.ts';
import { isLabelField } from './label.ts';
import { CLEAR, type Patch } from './patch.ts';

/** The calls a patch takes, but for labels, which are read right before they are written. */
export interface Body {
  /** JSON text for the PUT; empty when there is nothing to put. */
  body: string;
  /** Keys for `destroy_custom_attributes`: a PUT cannot delete a key, it would store null (contacts_controller.rb). */
  clear: string[];
}

/** Put together from JSON texts, so that no value passes through a JavaScript number on its way to the desk. */
export function toBody(patch: Patch): Body {
  const members: string[] = [];
  const objects: Record<AttributeObject, string[]> = { custom_attributes: [], additional_attributes: [] };
  for (const field in patch) {
    const text = patch[field]!;
    if (isLabelField(field) || isCleared(field, text)) continue;
    const attribute = attributeOf(field);
    if (attribute === undefined) members.push(member(field, text));
    else objects[attribute.object].push(member(attribute.key, text));
  }
  for (const object of ATTRIBUTE_OBJECTS) {
    if (objects[object].length > 0) members.push(member(object, `{${objects[object].join(',')}}`));
  }
  return { body: members.length > 0 ? `{${members.join(',')}}` : '', clear: clearedKeys(patch) };
}

/** Keys for `destroy_custom_attributes`. */
export function clearedKeys(patch: Patch): string[] {
  const cleared: string[] = [];
  for (const field in patch) if (isCleared(field, patch[field]!)) cleared.push(attributeOf(field)!.key);
  return cleared;
}

function isCleared(field: string, text: string): boolean {
  return text === CLEAR && attributeOf(field)?.object === 'custom_attributes';
}

function member(key: string, text: string): string {
  return `${JSON.stringify(key)}:${text}`;
}
