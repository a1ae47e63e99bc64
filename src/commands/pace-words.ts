import type { Waiting } from '../pace/gate.ts';
import type { PaceState, Why } from '../pace/slot.ts';

const WHY: Record<Why, string> = {
  starting: 'getting to know the desk',
  rising: 'taking more',
  steady: 'steady',
  holding: 'holding: agents are busy',
  busy: 'yielding: agents are busy',
  queueing: 'yielding: requests queue at the desk',
};

/** How much of the desk is taken, and why; undefined when calls are held to no share. `share` between 0 and 1. */
export function paceOf({ occupation }: PaceState, share: number): string | undefined {
  if (occupation === null) return undefined;
  const { gain, cores, why } = occupation;
  const desk = cores > 1 ? `${cores} desk processes` : 'the desk';
  return `${Math.round(share * gain * 100)} % of ${desk}, ${WHY[why]}`;
}

/** Why calls are waiting, in words. */
export function sentenceOf(waiting: Waiting | null): string | undefined {
  if (waiting === null) return undefined;
  const detail = waiting.detail === '' ? '' : ` (${waiting.detail})`;
  switch (waiting.cause) {
    case 'rate-limited':
      return `waiting: Chatwoot says 429, going on in ${Math.max(1, Math.round((waiting.untilMs - Date.now()) / 1000))} s`;
    case 'outage':
      return `waiting: Chatwoot is not well${detail}, trying again with growing pauses`;
    case 'token-refused':
      return `waiting: Chatwoot refuses the token${detail}; renew it, then: contact-sync resume`;
    case 'paused':
      return 'paused by the operator; go on with: contact-sync resume';
  }
}
