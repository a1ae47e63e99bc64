/** A delivery as it came over the wire. Signatures are made over bytes, so nothing of it is parsed before it is verified. */
export interface WebhookRequest {
  method: string;
  /** Path and query as received, nothing decoded. */
  path: string;
  /** By lower-case name. A header that came several times is joined by ", ". */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}
