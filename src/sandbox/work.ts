import type { Role } from './auth.ts';
import type { JsonObject } from './json.ts';
import { Halt, type Reply, serverError } from './reply.ts';
import type { State } from './state.ts';

/** One authorised request, ready for its route. */
export interface Call {
  method: string;
  /** Path segments after the account, ids included. */
  segments: readonly string[];
  /** The record id in the path, as `find` reads it; NaN when it is no number. */
  id: number;
  params: JsonObject;
  role: Role;
  state: State;
}

/**
 * What a route does, in two halves: reading and checking happen when the desk takes the request up, writing when its
 * service ends. Two requests in service at once therefore lose each other's keys, as on the real desk.
 */
export interface Work {
  /** Desk time in milliseconds, alone on its core. */
  ms: number;
  /** Whether an update differs from what the contact holds; undefined for everything else. */
  changes?: boolean;
  finish: () => Reply;
}

export type Route = (call: Call) => Work;

/** Work whose answer is known at once. */
export function answered(ms: number, reply: Reply): Work {
  return { ms, finish: () => reply };
}

/** Work that writes when its time is over; a Halt or a fault in it becomes the answer. */
export function deferred(ms: number, finish: () => Reply): Work {
  return { ms, finish: () => guarded(finish) };
}

/** Runs a route; what it throws becomes its answer, at the price of a refusal. */
export function started(route: Route, call: Call): Work {
  try {
    return route(call);
  } catch (error) {
    return answered(REFUSAL_MS, replyOf(error));
  }
}

/** Milliseconds of desk time for an answer that stops at validation or earlier. */
const REFUSAL_MS = 8;

function guarded(finish: () => Reply): Reply {
  try {
    return finish();
  } catch (error) {
    return replyOf(error);
  }
}

function replyOf(error: unknown): Reply {
  return error instanceof Halt ? error.reply : serverError();
}
