import { isObject, type Json } from './json.ts';

/** A contact as Chatwoot holds it (api/v1/models/_contact.json.jbuilder), as far as it can be written. */
export interface LiveContact {
  id: number;
  name: string | null;
  email: string | null;
  phone_number: string | null;
  identifier: string | null;
  blocked: boolean;
  custom_attributes: Record<string, Json>;
  additional_attributes: Record<string, Json>;
  /** Undefined when they were not read: a contact's own answer does not hold them, `GET contacts/{id}/labels` does. */
  labels?: string[];
  /** The contact wrote or was written to; the API itself never sets `last_activity_at` (models/message.rb). */
  hasConversed?: true;
}

/** Reads a contact out of an answer that was parsed with `parseLossless`; undefined when it is no contact. */
export function toLive(answer: Json): LiveContact | undefined {
  if (!isObject(answer) || typeof answer.id !== 'number') return undefined;
  return {
    id: answer.id,
    name: textOrNull(answer.name),
    email: textOrNull(answer.email),
    phone_number: textOrNull(answer.phone_number),
    identifier: textOrNull(answer.identifier),
    blocked: answer.blocked === true,
    custom_attributes: isObject(answer.custom_attributes) ? answer.custom_attributes : {},
    additional_attributes: isObject(answer.additional_attributes) ? answer.additional_attributes : {},
    ...(typeof answer.last_activity_at === 'number' ? { hasConversed: true as const } : {}),
  };
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
