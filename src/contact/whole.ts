import { toJsonText } from './json.ts';
import type { LiveContact } from './live.ts';
import type { Patch } from './patch.ts';

/** Everything a contact holds under `additional_attributes`, as fields: what a desk before 4.2 has to be sent in full. */
export function wholeAdditional(live: LiveContact): Patch {
  const held = Object.entries(live.additional_attributes);
  return Object.fromEntries(held.map(([key, value]) => [`additional_attributes.${key}`, toJsonText(value)]));
}
