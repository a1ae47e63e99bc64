import type { Answer, NetworkFault } from '../chatwoot/answer.ts';
import { isObject, parseLossless } from '../contact/json.ts';
import type { ShownType } from './column.ts';
import { troubleOf } from './trouble.ts';

/** Keys that no definition may have (custom_attribute_definition.rb, STANDARD_ATTRIBUTES of contacts). */
const RESERVED: ReadonlySet<string> = new Set([
  'name',
  'email',
  'phone_number',
  'identifier',
  'country_code',
  'city',
  'created_at',
  'last_activity_at',
  'referer',
  'blocked',
]);

/** Keys that 4.15 takes; older versions take any (both observed). */
const STRICT_KEY = /^[\p{L}\p{N}_.-]+$/u;

/** What a request to create came to. `refused`: this key never; `stopped`: nothing more can be created now. */
export type Creation = { type: 'created' } | { type: 'refused'; why: string } | { type: 'stopped'; why: string };

/** Why a key can never be created on this version; undefined when it can. */
export function keyFault(key: string, version: string): string | undefined {
  if (RESERVED.has(key)) {
    return `Chatwoot keeps the key ${key} for a field of its own. Map the column to another key, for example custom_attributes.crm_${key}.`;
  }
  if (isStrict(version) && !STRICT_KEY.test(key)) {
    return `Chatwoot ${version} takes only letters, digits, "_", "." and "-" in a key. Map the column to such a key.`;
  }
  return undefined;
}

function isStrict(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 15);
}

/** `renewal_date` is shown as "Renewal date". */
export function displayName(key: string): string {
  const words = key.replace(/[_.-]+/g, ' ').trim();
  const [first = '', ...rest] = words === '' ? key : words;
  return first.toUpperCase() + rest.join('');
}

/** The type that a column is created with: an empty one is text, which takes everything. */
export function typeFor(shown: ShownType | null): ShownType {
  return shown ?? 'text';
}

/** The body of the request. Without its model Chatwoot would define an attribute of conversations. */
export function definitionBody(key: string, type: ShownType): string {
  return JSON.stringify({
    custom_attribute_definition: {
      attribute_display_name: displayName(key),
      attribute_key: key,
      attribute_display_type: type,
      attribute_model: 'contact_attribute',
    },
  });
}

/** Reads the answer to that request. */
export function creationOf(answer: Answer | NetworkFault): Creation {
  if (answer.type === 'answer' && answer.mediaType === 'application/json') {
    if (answer.status === 200) return { type: 'created' };
    if (answer.status === 422) {
      const why = `Chatwoot refuses it: ${wordsOf(answer.text)}.`;
      return {
        type: 'refused',
        why: `${why} Give the same command again; if it says the same, map the column to another key.`,
      };
    }
    // The token was good a moment ago, so it is the role (since 4.15; before, any agent may).
    if (answer.status === 401) {
      return {
        type: 'stopped',
        why: "Only an administrator may create attributes on this Chatwoot. Give the same command with an administrator's token in CHATWOOT_API_ACCESS_TOKEN.",
      };
    }
  }
  return { type: 'stopped', why: troubleOf(answer) };
}

function wordsOf(text: string): string {
  try {
    const body = parseLossless(text);
    if (isObject(body) && typeof body.message === 'string') return body.message.replace(/\.$/, '');
  } catch {
    // Then there are no words.
  }
  return 'HTTP 422';
}
