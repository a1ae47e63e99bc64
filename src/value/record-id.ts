/** What Zoho's exports put before an id, and its events do not. */
const ZOHO_PREFIX = /^zcrm_(?=\d+$)/i;

const SALESFORCE = /^[0-9a-z]{15}(?:[0-9a-z]{3})?$/i;
/** Each sign of the suffix says which of five characters are capitals. */
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The id of a record in its one spelling, so that what an export and an event call it is the same. Anything else stays as it is. */
export function recordId(text: string, crm: 'salesforce' | 'zoho'): string {
  if (crm === 'zoho') return text.replace(ZOHO_PREFIX, '');
  if (!SALESFORCE.test(text)) return text;
  return text.length === 15 ? text + suffixOf(text) : inItsCase(text);
}

/** The three characters that Salesforce adds for programs that do not tell capitals from small letters. */
function suffixOf(id: string): string {
  return [0, 5, 10]
    .map((from) => [...id.slice(from, from + 5)].reduce((bits, sign, i) => bits + (/[A-Z]/.test(sign) ? 1 << i : 0), 0))
    .map((bits) => SIGNS[bits])
    .join('');
}

/** A database may have made all letters large or small; the suffix still says what they were. An id of both is as it was. */
function inItsCase(id: string): string {
  const own = id.slice(0, 15);
  if (/[a-z]/.test(own) && /[A-Z]/.test(own)) return id;
  const suffix = id.slice(15).toUpperCase();
  const bits = [...suffix].map((sign) => SIGNS.indexOf(sign));
  if (bits.includes(-1)) return id;
  const letters = [...id.slice(0, 15)].map((sign, i) =>
    ((bits[Math.floor(i / 5)]! >> (i % 5)) & 1) === 1 ? sign.toUpperCase() : sign.toLowerCase(),
  );
  return letters.join('') + suffix;
}
