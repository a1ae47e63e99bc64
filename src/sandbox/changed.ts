import { attributesOf, attributeText, type ContactRecord } from './contact.ts';
import type { ContactEvent } from './state.ts';

/** One entry of `changed_attributes`; the values are JSON text. */
interface Change {
  key: string;
  previous: string;
  current: string;
}

/**
 * The `changed_attributes` of a contact_updated event, as JSON text, in the order of the table's columns. `updated_at`
 * is always among them: the events of one contact form a chain by it.
 */
export function changedText(event: ContactEvent): string {
  const { before, contact } = event;
  if (!before) return '[]';
  const columns = changesBetween(before, contact);
  const entries = columns.map(({ key, previous, current }) => {
    return `{"${key}":{"previous_value":${previous},"current_value":${current}}}`;
  });
  return `[${entries.join(',')}]`;
}

function changesBetween(before: ContactRecord, after: ContactRecord): Change[] {
  const additional = { before: attributesOf(before.additional), after: attributesOf(after.additional) };
  const derived = (key: string): [string, string] => [
    JSON.stringify(attributeText(additional.before, key)),
    JSON.stringify(attributeText(additional.after, key)),
  ];
  const all: [string, string, string][] = [
    ['name', JSON.stringify(before.name), JSON.stringify(after.name)],
    ['email', JSON.stringify(before.email), JSON.stringify(after.email)],
    ['phone_number', JSON.stringify(before.phone), JSON.stringify(after.phone)],
    ['updated_at', isoText(before.updatedAt), isoText(after.updatedAt)],
    ['additional_attributes', before.additional, after.additional],
    ['identifier', JSON.stringify(before.identifier), JSON.stringify(after.identifier)],
    ['custom_attributes', before.custom, after.custom],
    ['last_activity_at', momentText(before.lastActivityAt), momentText(after.lastActivityAt)],
    ['location', ...derived('city')],
    ['country_code', ...derived('country')],
    ['blocked', String(before.blocked), String(after.blocked)],
    ['label_list', JSON.stringify(before.labels), JSON.stringify(after.labels)],
  ];
  return all
    .filter(([key, previous, current]) => previous !== current || key === 'updated_at')
    .map(([key, previous, current]) => ({ key, previous, current }));
}

function isoText(ms: number): string {
  return JSON.stringify(new Date(ms).toISOString());
}

function momentText(seconds: number | null): string {
  return seconds === null ? 'null' : isoText(seconds * 1000);
}
