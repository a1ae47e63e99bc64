import type { RowVerdict } from '../src/pace/desk.ts';
import type { Reason } from '../src/run/reason.ts';

/** Thrown by a job to be run again later with a pause that grows; the reason stands when no attempt is left. */
export class TryLater extends Error {
  readonly reason: Reason;
  readonly status: number | null;

  constructor(reason: Reason, status: number | null, detail: string) {
    super(detail === '' ? reason : `${reason}: ${detail}`);
    this.name = 'TryLater';
    this.reason = reason;
    this.status = status;
  }
}

/** Thrown by a job to be run again after so many milliseconds; no attempt is used. */
export class ComeBack extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super(`come back in ${ms} ms`);
    this.name = 'ComeBack';
    this.ms = ms;
  }
}

/** Where a job stands among its attempts. */
export interface Attempt {
  /** 1 for the first. */
  number: number;
  last: boolean;
}

/** 200, but not with what was asked for in it. */
export function notAnAnswer(status: number): Extract<RowVerdict, { type: 'later' }> {
  return { type: 'later', scope: 'row', reason: 'not-an-answer', status, detail: '' };
}
