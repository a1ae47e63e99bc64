import { z } from 'zod';
import { PLAIN_ADDRESS } from '../src/source/webhook/verify/public-url.ts';
import type { VerifySettings as Wanted } from '../src/source/webhook/verify/settings.ts';

const secrets = z
  .array(
    z
      .string()
      .min(1)
      // A line end from a file or a space from copying would make every delivery a forgery.
      .regex(/^\S(.*\S)?$/s, 'begins or ends with white space'),
  )
  .min(1)
  .describe('Secrets shared with the sender. While one is exchanged for another, give both: any of them passes.');

const window = z
  .number()
  .positive()
  .default(300)
  .describe('Seconds that the signed time of a delivery may differ from our clock, both ways.');

const header = (text: string, name: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is no name of a header')
    .toLowerCase()
    .default(name)
    .describe(text);

const organization_id = z
  .string()
  .regex(
    /^00D([A-Za-z0-9]{12}|[A-Za-z0-9]{15})$/,
    'is no id of an organisation, which is 00D and 12 or 15 more characters',
  )
  .optional()
  .describe('For preset salesforce: the one organisation whose outbound messages are taken (OrganizationId).');

function scheme<const Name extends string>(name: Name, text: string) {
  return z.literal(name).describe(text);
}

/**
 * How a source proves who it is. Whether a secret is of the right form and whether `public_url` is there is judged where
 * the verifier is made.
 */
export const VERIFY = z
  .discriminatedUnion('scheme', [
    z.strictObject({
      scheme: scheme('hubspot', 'HubSpot apps; needs public_url, because the address is signed (except by v1).'),
      secrets,
      version: z
        .enum(['v3', 'v2', 'v1'])
        .default('v3')
        .describe(
          'Signature that counts. v2 for workflows; v2 and v1 never age, so use them only where v3 is not sent.',
        ),
      url: z
        .string()
        .regex(PLAIN_ADDRESS, 'is no address without user, query and fragment')
        .optional()
        .describe(
          'The address HubSpot calls, without query, when a proxy changes its path. Default: public_url and the path.',
        ),
      window,
    }),
    z.strictObject({
      scheme: scheme('stripe', 'Stripe and those who sign like it: t=...,v1=... in one header.'),
      secrets,
      window,
      header: header('Header of the signature.', 'stripe-signature'),
    }),
    z.strictObject({ scheme: scheme('github', 'X-Hub-Signature-256: sha256=..., over the body.'), secrets }),
    z.strictObject({ scheme: scheme('shopify', 'Shopify: X-Shopify-Hmac-Sha256.'), secrets }),
    z.strictObject({ scheme: scheme('intercom', 'Intercom: X-Hub-Signature: sha1=...; the client secret.'), secrets }),
    z.strictObject({ scheme: scheme('segment', 'Segment: X-Segment-Signature or X-Signature.'), secrets }),
    z.strictObject({ scheme: scheme('close', 'Close: close-sig-hash; signature_key as it is.'), secrets, window }),
    z.strictObject({ scheme: scheme('attio', 'Attio: Attio-Signature.'), secrets }),
    z.strictObject({ scheme: scheme('chatwoot', 'Chatwoot since 2026: X-Chatwoot-Signature.'), secrets, window }),
    z.strictObject({
      scheme: scheme('standard', 'Standard Webhooks and Svix; the best choice for senders of your own.'),
      secrets,
      window,
    }),
    z.strictObject({
      scheme: scheme('basic', 'HTTP Basic, as Pipedrive offers it.'),
      secrets,
      username: z
        .string()
        .regex(/^[^:]*$/, 'holds a colon, which a user name cannot')
        .describe('User name; the secrets are its passwords.'),
    }),
    z.strictObject({
      scheme: scheme('bearer', 'A static token in a header: n8n, Zapier, Make, RudderStack, Zoho, Salesforce flows.'),
      secrets,
      header: header('Header of the token; in Authorization it stands behind Bearer.', 'authorization'),
      organization_id,
    }),
    z.strictObject({
      scheme: scheme(
        'path-secret',
        'A secret at the end of the path or in ?secret=: older Chatwoot, Salesforce, Zoho. Use 20 random letters or more.',
      ),
      secrets,
      organization_id,
    }),
    z.strictObject({
      scheme: scheme(
        'body-token',
        "Zoho's notifications: the member token of the body. Whoever reads one body can send.",
      ),
      secrets,
    }),
    z.strictObject({
      scheme: scheme('none', 'No proof: only connections from this machine itself are taken.'),
      insecure: z
        .boolean()
        .default(false)
        .describe('Take deliveries from everywhere. Anybody who knows the address can change contacts.'),
      organization_id,
    }),
  ])
  .describe('How the source proves that a delivery is its own.') satisfies z.ZodType<Wanted>;
