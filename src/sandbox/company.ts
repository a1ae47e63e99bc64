import { attributesOf, attributeText, type ContactRecord } from './contact.ts';
import { stringifyExact } from './json.ts';

/** Free mail providers: their domains are nobody's company. A short list of the desk's long one. */
const FREE_MAIL = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com ' +
    'aol.com proton.me protonmail.com gmx.com gmx.de gmx.net web.de mail.com zoho.com yandex.com yandex.ru qq.com 163.com'
  ).split(' '),
);

/**
 * The companies that 4.15 knows by e-mail domain. The first business e-mail of a contact links it to the company of
 * its domain and writes that name into `company_name`, over the one just sent (observed on 4.15.1); a company is named
 * by the first contact that brings a name, else by its domain.
 */
export class Companies {
  readonly #names = new Map<string, string>();

  /** The record with its company, or the same record when there is nothing to link. */
  link(contact: ContactRecord): ContactRecord {
    const domain = contact.email?.split('@').at(-1);
    if (contact.hasCompany || !domain || FREE_MAIL.has(domain)) return contact;
    const additional = attributesOf(contact.additional);
    let name = this.#names.get(domain);
    if (name === undefined) {
      name = attributeText(additional, 'company_name')?.trim() || titleOf(domain);
      this.#names.set(domain, name);
    }
    return { ...contact, hasCompany: true, additional: stringifyExact({ ...additional, company_name: name }) };
  }
}

function titleOf(domain: string): string {
  const words = domain
    .split('.')[0]!
    .split(/[-_]+/)
    .filter((word) => word !== '');
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(' ');
}
