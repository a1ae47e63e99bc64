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

/** How a source proves who it is. The sentences for people stand in config/verify.ts, which is held to this type. */
export type VerifySettings =
  | ({ scheme: 'hubspot'; version: HubSpotVersion } & Timed)
  | ({ scheme: 'stripe' /** Lower case. */; header: string } & Timed)
  | ({ scheme: 'close' | 'chatwoot' | 'standard' } & Timed)
  | ({ scheme: 'github' | 'shopify' | 'intercom' | 'segment' | 'attio' } & Secrets)
  | ({ scheme: 'basic' /** Without a colon. */; username: string } & Secrets)
  | ({ scheme: 'bearer' /** Lower case. */; header: string } & Secrets)
  | ({ scheme: 'path-secret' } & Secrets)
  | { scheme: 'none'; insecure: boolean };
