/**
 * Settings that can verify nothing: found before the first delivery, not by a night of 401s. Each fault names its key
 * (`public_url` or `verify.secrets.<n>`) and ends with the next step; a secret is never quoted.
 */
export class VerifySettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'VerifySettingsError';
    this.faults = faults;
  }
}
