/** What differs between versions of Chatwoot, as far as it concerns writing contacts. */
export interface Rules {
  /** As `GET /api` says it; '' when unknown. */
  version: string;
  /** Since 4.2.0 a PUT merges `additional_attributes` (#11284); before it replaces the whole object. */
  mergesAdditionalAttributes: boolean;
}

/** Rules of a version. An unknown one is taken for old: reading before writing is right everywhere. */
export function rulesOf(version: string): Rules {
  const [major, minor] = version.split('.').map(Number);
  const known = major !== undefined && minor !== undefined && Number.isInteger(major) && Number.isInteger(minor);
  return { version, mergesAdditionalAttributes: known && (major! > 4 || (major === 4 && minor! >= 2)) };
}
