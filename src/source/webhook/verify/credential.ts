/**
 * What stands behind the scheme in a header Authorization, undefined for another scheme. Its name may be written in either case
 * (RFC 9110, 11.1), the rest may not.
 */
export function credentialOf(authorization: string, scheme: 'basic' | 'bearer'): string | undefined {
  const [, name, credential] = /^([A-Za-z]+) +(.*)$/s.exec(authorization) ?? [];
  return name?.toLowerCase() === scheme ? credential : undefined;
}
