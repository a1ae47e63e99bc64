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
  const key = again === '' ? event.key : `${again}:${event.key}`;
  const subject = event.subject === null ? '' : digestOf(event.subject);
  const item: Item = { k: digestOf(key), s: subject, o: event.observedAt ?? 0, t: 'end' };
  if (event.key.startsWith('raw:')) item.w = 1;
  switch (what.type) {
    case 'row': {
      const { keys, match, patch } = what.change;
      item.t = 'row';
      item.l = lookupOf(what.change);
      item.j = JSON.stringify({ file: 0, keys, match, patch, run, event: true, kind: item.l }).slice(1);
      return item;
    }
    case 'thin':
      item.t = 'thin';
      item.j = JSON.stringify(event);
      return item;
    case 'deleted':
      item.t = 'deleted';
      return ended(item, 'skipped', 'deleted-at-source');
    case 'invalid': {
      const { reason, detail = '' } = what.fault;
      const quarantined: Quarantined = { source, reason, detail, event: kept ?? event };
      item.d = tailOf({ ...NO_CALL, detail });
      item.q = JSON.stringify(quarantined);
      return ended(item, 'invalid', reason);
    }
    case 'skipped':
      return ended(item, 'skipped', what.reason);
    case 'ignored':
      return ended(item, 'skipped', '');
  }
}

function ended(item: Item, outcome: Outcome, reason: Reason | ''): Item {
  item.e = outcome;
  item.r = reason;
  return item;
}
