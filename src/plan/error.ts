export type PlanFileErrorCode =
  | 'missing-file'
  | 'not-a-file'
  | 'unreadable'
  | 'unwritable'
  | 'not-a-plan'
  | 'newer-version'
  | 'cut-off'
  | 'edited'
  | 'foreign-desk'
  | 'foreign-account'
  /** It was a plan when it was opened; part of it may have been carried out. */
  | 'changed-meanwhile';

/** A plan's file that cannot be used as it is. The message ends with the next step to take. */
export class PlanFileError extends Error {
  readonly code: PlanFileErrorCode;
  /** The path as the operator gave it. */
  readonly place: string;

  constructor(code: PlanFileErrorCode, place: string, message: string, options?: ErrorOptions) {
    super(`${place}: ${message}`, options);
    this.name = 'PlanFileError';
    this.code = code;
    this.place = place;
  }
}

const MAKE_ONE = 'contact-sync plan <file...> --out plan.ndjson';

/** Faults that need no more than their place to be told. */
const FAULTS = {
  'missing-file': `does not exist. Make a plan with: ${MAKE_ONE}`,
  'not-a-file': `is no file; a plan is read twice, so it cannot come through a pipe. Make one with: ${MAKE_ONE}`,
  'not-a-plan': `is no plan of contact-sync. Make one with: ${MAKE_ONE}`,
  'newer-version': 'was written by a newer version of contact-sync. Update this one, or make the plan again with it.',
  'cut-off': `breaks off before its end. Copy it again, or make it again with: ${MAKE_ONE}`,
  edited: `is not as it was written: its checksum does not agree. Change the source instead and plan again with: ${MAKE_ONE}`,
  'changed-meanwhile':
    'was written to while it was carried out; what was done so far was as planned. Plan again for the rest.',
} as const satisfies Partial<Record<PlanFileErrorCode, string>>;

/** The error for such a fault. */
export function fault(code: keyof typeof FAULTS, place: string): PlanFileError {
  return new PlanFileError(code, place, FAULTS[code]);
}
