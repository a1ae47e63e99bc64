/** Whether a source is named by an address of the web. */
export function isAddress(given: string): boolean {
  return /^https?:\/\//i.test(given);
}

/** An address as it may be shown and kept: what stands behind `?`, or before `@`, is often a credential. */
export function shownAddress(address: string): string {
  return URL.canParse(address) ? new URL(address).origin + new URL(address).pathname : 'the address';
}
