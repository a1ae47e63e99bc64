/** With which of its three ways HubSpot signs. */
export type HubSpotVersion = 'v3' | 'v2' | 'v1';

/** Several secrets are there while they are exchanged: any of them passes. */
interface Secrets {
  secrets: readonly string[];
}

interface Timed extends Secrets {
  /** Seconds that a signed timestamp may differ from our clock, both ways. */
  window: number;
}

/** Salesforce signs nothing; its outbound messages say which organisation they come from. */
interface Organization {
  /** 15 or 18 characters; undefined: any. */
  organization_id?: string | undefined;
}

/** How a source proves who it is. The sentences for people stand in config/verify.ts, which is held to this type. */
export type VerifySettings =
  | ({
      scheme: 'hubspot';
      version: HubSpotVersion;
      /** The address that is called, without its query; undefined: `public_url` and the path as received. */
      url?: string | undefined;
    } & Timed)
  | ({ scheme: 'stripe' /** Lower case. */; header: string } & Timed)
  | ({ scheme: 'close' | 'chatwoot' | 'standard' } & Timed)
  | ({ scheme: 'github' | 'shopify' | 'intercom' | 'segment' | 'attio' } & Secrets)
  | ({ scheme: 'basic' /** Without a colon. */; username: string } & Secrets)
  | ({ scheme: 'bearer' /** Lower case. */; header: string } & Secrets & Organization)
  | ({ scheme: 'path-secret' } & Secrets & Organization)
  | ({ scheme: 'body-token' } & Secrets)
  | ({ scheme: 'none'; insecure: boolean } & Organization);
