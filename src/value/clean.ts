/** Zero-width characters, soft hyphens and marks of direction: they come along when text is copied from a page. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/**
 * The text without what nobody sees, in compatibility form: full-width digits and signs become plain ones. For values that
 * have a form of their own, not for names: a joiner makes one emoji of two.
 */
export function clean(text: string): string {
  return text.replace(INVISIBLE, '').normalize('NFKC').trim();
}
