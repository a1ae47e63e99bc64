/** What went wrong with Redis, as a closed list: commands choose their exit code by it. */
export type RedisErrorCode =
  | 'redis-url'
  | 'redis-unreachable'
  | 'redis-refused-login'
  | 'redis-too-old'
  | 'redis-evicts'
  | 'redis-read-only'
  | 'redis-no-server-binary'
  | 'redis-data-dir'
  | 'redis-start-failed'
  | 'redis-busy';

/** A fault of Redis or of its configuration. The message is what happened followed by `fix`, the next step to take. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
  readonly code: RedisErrorCode;
  readonly fix: string;

  constructor(code: RedisErrorCode, happened: string, fix: string, options?: ErrorOptions) {
    super(`${happened} ${fix}`, options);
    this.code = code;
    this.fix = fix;
  }
}
