import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { FIELDS } from './crm.ts';

/** Of every contact what its fields hold: the desk as it was, or as it has to be. Undefined: nothing. */
export type Model = Map<number, Record<string, unknown>>;

/** What the desk holds now. */
export function modelOf(sandbox: Sandbox): Model {
  return new Map(
    sandbox.contacts.all().map((contact) => {
      const at = (field: string) =>
        field.split('.').reduce<unknown>((held, key) => (held as Record<string, unknown> | undefined)?.[key], contact);
      return [contact.id, Object.fromEntries(FIELDS.map((field) => [field, at(field)]))];
    }),
  );
}

/** Lays newer values over older ones; what is undefined among them says nothing. */
export function overlay(model: Model, newer: ReadonlyMap<number, object>): Model {
  for (const [id, values] of newer) {
    const said = Object.entries(values).filter(([, value]) => value !== undefined);
    model.set(id, { ...model.get(id), ...Object.fromEntries(said) });
  }
  return model;
}

/** Where two of them differ, a sentence for each field. */
export function differences(wanted: Model, held: Model): string[] {
  const wrong: string[] = [];
  for (const [id, fields] of wanted)
    for (const [field, value] of Object.entries(fields)) {
      const found = held.get(id)?.[field];
      if (found !== value) wrong.push(`contact ${id} ${field} holds ${String(found)} instead of ${String(value)}`);
    }
  if (held.size !== wanted.size) wrong.push(`the desk has ${held.size} contacts instead of ${wanted.size}`);
  return wrong;
}
