export type SourceErrorCode =
  | 'missing-file'
  | 'directory'
  | 'unreadable'
  | 'empty-file'
  | 'stdin-twice'
  | 'bad-encoding'
  | 'bad-gzip'
  | 'too-many-columns'
  | 'no-download'
  | 'not-csv'
  | 'no-header'
  | 'bad-header'
  | 'duplicate-header';

/** A source that cannot be read at all; nothing of it was sent. The message ends with the next step to take. */
export class SourceError extends Error {
  readonly code: SourceErrorCode;
  /** The path as the operator gave it, `-` for standard input. */
  readonly place: string;

  constructor(code: SourceErrorCode, place: string, message: string, options?: ErrorOptions) {
    super(`${place}: ${message}`, options);
    this.name = 'SourceError';
    this.code = code;
    this.place = place;
  }
}
