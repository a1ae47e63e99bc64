import { parseBody } from '../parse.ts';
import { own } from '../untrusted.ts';
import { matches } from './digest.ts';
import { refused, type Verifier } from './verification.ts';

/** As many characters name an organisation; what may follow them is a check sum (Salesforce, "Record Ids"). */
const SIGNIFICANT = 15;

/** The two lengths of an id. */
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/**
 * Takes outbound messages of one Salesforce organisation only. An address becomes known, and anybody can have a Salesforce that
 * sends to it. The XML is read after everything else was in order; what cannot be read names no organisation.
 *
 * @param id 15 or 18 characters, their case counts
 */
export function ofOrganization(verifier: Verifier, id: string): Verifier {
  return {
    verify(request, circumstances) {
      const verified = verifier.verify(request, circumstances);
      if (verified.type === 'refused') return verified;
      const parsed = parseBody(request.body, request.headers['content-type']);
      const said =
        'fault' in parsed ? undefined : own(parsed.value, 'Envelope', 'Body', 'notifications', 'OrganizationId');
      const same =
        typeof said === 'string' && ID.test(said) && matches([said.slice(0, SIGNIFICANT)], [id.slice(0, SIGNIFICANT)]);
      return same ? verified : refused('other-organization');
    },
  };
}
