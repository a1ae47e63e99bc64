import { COST } from '../cost.ts';
import { isObject, type JsonObject } from '../json.ts';
import { Halt, json, unprocessable } from '../reply.ts';
import { answered, type Call, type Work } from '../work.ts';
import { userOf } from './desk.ts';
import { contactOf } from './found.ts';

/** POST contacts/:id/notes: answered as the desk does (`account_id` and `contact_id` null included), but not kept. */
export function createNote(call: Call): Work {
  contactOf(call);
  const note = call.params.note;
  if (!isObject(note)) throw new Halt(unprocessable('param is missing or the value is empty: note'));
  const now = Math.floor(Date.now() / 1000);
  const answer: JsonObject = {
    id: 1,
    content: note.content ?? null,
    account_id: null,
    contact_id: null,
    user: userOf(call.role, call.state),
    created_at: now,
    updated_at: now,
  };
  return answered(COST.create, json(200, answer));
}
