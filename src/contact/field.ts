/** Fields of a contact that a PUT accepts by their own name (contacts_controller.rb, `permitted_params`). */
export const PLAIN_FIELDS = ['name', 'email', 'phone_number', 'identifier', 'avatar_url', 'blocked'] as const;

/** The two attribute objects: a field in them is written `custom_attributes.<key>`. */
export const ATTRIBUTE_OBJECTS = ['custom_attributes', 'additional_attributes'] as const;

export type AttributeObject = (typeof ATTRIBUTE_OBJECTS)[number];

/** Keys the desk writes itself into `additional_attributes` after an avatar or e-mail change; never a difference. */
export const BOOKKEEPING_KEYS: ReadonlySet<string> = new Set(['avatar_url_hash', 'last_avatar_sync_at']);

const STARTS = ATTRIBUTE_OBJECTS.map((object) => ({ object, start: `${object}.` }));

/** Splits `custom_attributes.plan` into its object and key; undefined for a plain field. */
export function attributeOf(field: string): { object: AttributeObject; key: string } | undefined {
  for (const { object, start } of STARTS) {
    if (field.startsWith(start)) return { object, key: field.slice(start.length) };
  }
  return undefined;
}
