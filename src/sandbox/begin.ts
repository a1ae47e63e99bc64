import type { IncomingHttpHeaders } from 'node:http';
import { authenticate, enterAccount, type TokenKind } from './auth.ts';
import { COST } from './cost.ts';
import type { JsonObject } from './json.ts';
import { rackError, serverError } from './reply.ts';
import type { Target } from './router.ts';
import { apiReply, healthReply, profileReply } from './routes/desk.ts';
import type { State } from './state.ts';
import { answered, type Call, started, type Work } from './work.ts';

/** One request as it reaches the desk. */
export interface Arrival {
  method: string;
  target: Target;
  kind: TokenKind;
  token: string | undefined;
  headers: IncomingHttpHeaders;
  /** Undefined when the body could not be read. */
  params: JsonObject | undefined;
}

/** First half of a request's work, up to and including its checks: routing, body, token, account, route. */
export function begin(arrival: Arrival, state: State): Work {
  const { target, headers, params } = arrival;
  if (target.kind === 'api') return answered(COST.api, apiReply(state));
  if (target.kind === 'health' && state.behaviour.hasHealth) return answered(COST.health, healthReply());
  if (target.kind === 'unknown' || target.kind === 'health') {
    return answered(COST.api, rackError(404, headers.accept));
  }
  if (params === undefined) return answered(COST.api, rackError(400, headers.accept));
  const blank: Call = {
    method: arrival.method,
    segments: target.segments,
    id: target.id,
    params,
    role: 'agent',
    state,
  };
  return broken(
    started((call) => {
      const role = authenticate(arrival.kind);
      if (target.kind === 'profile') return answered(COST.profile, profileReply(role, arrival.token ?? '', state));
      return target.route!({ ...call, role, state: enterAccount(target.account, state) });
    }, blank),
    arrival,
    state,
  );
}

/**
 * What a desk answers while a part of it is gone (observed): without Postgres everything is 500 and nothing is written;
 * without Redis a PUT is 500 and yet written, a create is 500 and is not. Reading goes on.
 */
function broken(work: Work, arrival: Arrival, state: State): Work {
  if (state.broken === null || arrival.target.kind === 'profile') return work;
  if (state.broken === 'postgres') return answered(work.ms, serverError());
  if (arrival.method === 'GET' || /\/(filter|search)$/.test(arrival.target.label)) return work;
  if (arrival.target.label === 'POST contacts') return answered(work.ms, serverError());
  const finish = (): ReturnType<Work['finish']> => {
    const reply = work.finish();
    return reply.status === 200 ? serverError() : reply;
  };
  return { ms: work.ms, finish };
}
