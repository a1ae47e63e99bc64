/**
 * Whether two base URLs lead to the same desk: the case of the host, a default port and slashes at the end say nothing.
 * http and https are told apart, and so are paths: another Chatwoot may answer there.
 */
export function sameDesk(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '');
}
