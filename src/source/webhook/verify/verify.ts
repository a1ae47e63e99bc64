import { attio } from './attio.ts';
import { basic } from './basic.ts';
import { bearer } from './bearer.ts';
import { bodyToken } from './body-token.ts';
import { chatwoot } from './chatwoot.ts';
import { close } from './close.ts';
import { github } from './github.ts';
import { hubspot } from './hubspot.ts';
import { intercom } from './intercom.ts';
import { none } from './none.ts';
import { ofOrganization } from './organization.ts';
import { pathSecret } from './path-secret.ts';
import { segment } from './segment.ts';
import type { VerifySettings } from './settings.ts';
import { shopify } from './shopify.ts';
import { standard } from './standard.ts';
import { stripe } from './stripe.ts';
import type { Verifier } from './verification.ts';

export type { Verification, Verifier } from './verification.ts';

/**
 * Who verifies the deliveries of a source. Made once, when the settings are read: it holds the keys and nothing that changes.
 *
 * @param publicUrl the address that senders know us by; needed where the address is signed
 * @throws VerifySettingsError when these settings can verify nothing
 */
export function verifierOf(settings: VerifySettings, publicUrl: string | undefined): Verifier {
  const verifier = byScheme(settings, publicUrl);
  const organization = 'organization_id' in settings ? settings.organization_id : undefined;
  return organization === undefined ? verifier : ofOrganization(verifier, organization);
}

function byScheme(settings: VerifySettings, publicUrl: string | undefined): Verifier {
  switch (settings.scheme) {
    case 'hubspot':
      return hubspot(settings, publicUrl);
    case 'stripe':
      return stripe(settings.secrets, settings.window, settings.header);
    case 'github':
      return github(settings.secrets);
    case 'shopify':
      return shopify(settings.secrets);
    case 'intercom':
      return intercom(settings.secrets);
    case 'segment':
      return segment(settings.secrets);
    case 'close':
      return close(settings.secrets, settings.window);
    case 'attio':
      return attio(settings.secrets);
    case 'chatwoot':
      return chatwoot(settings.secrets, settings.window);
    case 'standard':
      return standard(settings.secrets, settings.window);
    case 'basic':
      return basic(settings.secrets, settings.username);
    case 'bearer':
      return bearer(settings.secrets, settings.header);
    case 'path-secret':
      return pathSecret(settings.secrets);
    case 'body-token':
      return bodyToken(settings.secrets);
    case 'none':
      return none(settings.insecure);
  }
}
