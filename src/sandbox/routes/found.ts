import type { ContactRecord } from '../contact.ts';
import { Halt, missing } from '../reply.ts';
import type { Call } from '../work.ts';

/** The contact of the path, or 404. */
export function contactOf(call: Call): ContactRecord {
  const contact = call.state.store.get(call.id);
  if (!contact) throw new Halt(missing());
  return contact;
}
