import { lookupOf } from '../match/condition.ts';
import type { LookupKind } from '../queue/intake.ts';
import { NO_CALL, tailOf } from '../run/entry.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import { digestOf } from './digest.ts';
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
export interface Item {
  k: string;
  s: string;
  o: number;
  w?: 1;
  t: 'row' | 'thin' | 'deleted' | 'end';
  l?: LookupKind;
  j?: string;
  e?: Outcome;
  r?: Reason | '';
  d?: string;
  q?: string;
}

/** The end of the log entry of an event that ends before anybody is asked. */
export const USUAL_END = tailOf(NO_CALL);

/** Makes it; `d` only where it is not the usual one. */
export function itemOf({ source, run, again = '', kept }: ItemPlace, event: WebhookEvent, what: Shaped): Item {
  const common = {
    k: digestOf(again === '' ? event.key : `${again}:${event.key}`),
    s: event.subject === null ? '' : digestOf(event.subject),
    o: event.observedAt ?? 0,
    ...(event.key.startsWith('raw:') ? { w: 1 as const } : {}),
  };
  switch (what.type) {
    case 'row': {
      const lookup = lookupOf({ ...what.change, row: 0, file: 0, line: 0 });
      const { keys, match, patch } = what.change;
      const row = JSON.stringify({ file: 0, keys, match, patch, run, event: true, kind: lookup });
      return { ...common, t: 'row', l: lookup, j: row.slice(1) };
    }
    case 'thin':
      return { ...common, t: 'thin', j: JSON.stringify(event) };
    case 'deleted':
      return { ...common, t: 'deleted', e: 'skipped', r: 'deleted-at-source' };
    case 'invalid': {
      const { reason, detail = '' } = what.fault;
      const quarantined: Quarantined = { source, reason, detail, event: kept ?? event };
      const d = tailOf({ ...NO_CALL, detail });
      return { ...common, t: 'end', e: 'invalid', r: reason, d, q: JSON.stringify(quarantined) };
    }
    default:
      return { ...common, t: 'end', e: 'skipped', r: what.type === 'skipped' ? what.reason : '' };
  }
}
