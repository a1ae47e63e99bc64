export type MappingFaultCode =
  | 'unknown-field'
  | 'unknown-column'
  | 'column-twice'
  | 'field-twice'
  | 'field-refused'
  | 'bad-setting'
  | 'no-known-column'
  | 'no-match-column'
  | 'match-column-missing';

export interface MappingFault {
  code: MappingFaultCode;
  /** One sentence for what is wrong and one for what to do. */
  message: string;
}

/** The columns cannot be mapped; nothing was sent. Holds every fault, so that one look mends them all. */
export class MappingError extends Error {
  readonly code = 'mapping';
  readonly faults: readonly MappingFault[];

  constructor(faults: readonly MappingFault[]) {
    super(faults.map((fault) => fault.message).join('\n'));
    this.name = 'MappingError';
    this.faults = faults;
  }
}
