import { isPrivateLiteral } from './private-address.ts';

/** Where the id of a record goes in the address of a source. */
const PLACE = '{id}';

/**
 * What is wrong with the address of a record, with the next step; undefined when it can be used.
 *
 * @param open whether plain HTTP and private addresses are allowed
 */
export function templateFault(template: string, open: boolean): string | undefined {
  if (!template.includes(PLACE)) return `has no ${PLACE}: write it where the id of the record goes`;
  const [one, other] = ['a', 'b'].map((id) => parsed(template.replaceAll(PLACE, id)));
  if (one === undefined || other === undefined) return 'is no URL: write it like https://api.example.com/contacts/{id}';
  if (one.username !== '' || one.password !== '') return 'holds credentials: put them into headers, as env:NAME';
  if (one.protocol !== 'https:' && !(open && one.protocol === 'http:')) {
    return 'is not https, which would show the credentials on the way: use https, or set allow_private';
  }
  if (one.host !== other.host || one.pathname + one.search === other.pathname + other.search) {
    return `has ${PLACE} where it does not name a record: put it into the path or the query`;
  }
  if (!open && isPrivateLiteral(one.hostname)) {
    return 'is a private address: use the public name of the CRM, or set allow_private';
  }
  return undefined;
}

/** The address of one record; undefined when no address can carry the id. */
export function addressOf(template: string, id: string): URL | undefined {
  // Even percent-encoded, dots alone would lead to another path.
  if (id === '' || /^\.+$/.test(id)) return undefined;
  try {
    const encoded = encodeURIComponent(id);
    return parsed(template.replaceAll(PLACE, () => encoded));
  } catch {
    return undefined;
  }
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
