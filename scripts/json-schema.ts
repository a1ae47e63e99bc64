import { z } from 'zod';
import { CONFIG } from '../config/schema.ts';

type Schema = z.core.JSONSchema.BaseSchema & Record<string, unknown>;

/** Where editors find the schema of contact-sync.yaml, from the root of the checkout. */
export const SCHEMA_FILE = 'config/contact-sync.schema.json';

/** The schema as a file: what an editor offers and underlines while contact-sync.yaml is written. */
export function schemaText(): string {
  const schema = z.toJSONSchema(CONFIG, { io: 'input', target: 'draft-7' }) as Schema;
  const properties = schema.properties as Record<string, Schema>;
  // Refused where they stand in the file, so nobody is to be led to put them there.
  delete properties.undo_key;
  delete (properties.serve!.properties as Record<string, Schema>).operator_token;
  for (const place of [properties.chatwoot!, (properties.accounts as Schema).additionalProperties as Schema])
    delete (place.properties as Record<string, Schema>).api_access_token;
  // `pace: fixed` is short for its mode.
  const { pace } = properties as { pace: Schema & { properties: { mode: Schema } } };
  properties.pace = { anyOf: [pace, pace.properties.mode] };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
