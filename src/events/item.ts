import { createHash } from 'node:crypto';
import { lookupOf } from '../match/condition.ts';
import { NO_CALL, tailOf } from '../run/entry.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import type { Shaped } from './shape.ts';

/** An event that cannot be used, as it is kept. It holds people's data. */
export interface Quarantined {
  source: string;
  reason: string;
  detail: string;
  event: WebhookEvent;
}

/** Whose event it is. */
export interface ItemPlace {
  source: string;
  run: string;
  /** Name of the replay that brings it again: it makes it another event than the one that failed. */
  again?: string;
  /** What goes to quarantine if it cannot be used; the event itself unless it was made from another one. */
  kept?: WebhookEvent;
}

/** What the scripts are told of one event; see TAKE_EVENTS. */
export function itemOf({ source, run, again = '', kept }: ItemPlace, event: WebhookEvent, what: Shaped): object {
  const common = {
    k: digestOf(again === '' ? event.key : `${again}:${event.key}`),
    s: event.subject === null ? '' : digestOf(event.subject),
    o: event.observedAt ?? 0,
    ...(event.key.startsWith('raw:') ? { w: 1 } : {}),
  };
  switch (what.type) {
    case 'row': {
      const lookup = lookupOf({ ...what.change, row: 0, file: 0, line: 0 });
      const row = JSON.stringify({ file: 0, ...what.change, run, event: true, kind: lookup });
      return { ...common, t: 'row', l: lookup, j: row.slice(1), d: tailOf(NO_CALL) };
    }
    case 'thin':
      return { ...common, t: 'thin', j: JSON.stringify(event), d: tailOf(NO_CALL) };
    case 'deleted':
      return { ...common, t: 'deleted', e: 'skipped', r: 'deleted-at-source', d: tailOf(NO_CALL) };
    case 'invalid': {
      const { reason, detail = '' } = what.fault;
      const quarantined: Quarantined = { source, reason, detail, event: kept ?? event };
      const d = tailOf({ ...NO_CALL, detail });
      return { ...common, t: 'end', e: 'invalid', r: reason, d, q: JSON.stringify(quarantined) };
    }
    default:
      return { ...common, t: 'end', e: 'skipped', r: what.type === 'skipped' ? what.reason : '', d: tailOf(NO_CALL) };
  }
}

/** 80 bits as hexadecimal: enough that ten million keys a week never meet by chance. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
