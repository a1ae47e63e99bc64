/** What a finding is about, in the order in which they are told. */
export const PARTS = ['configuration', 'redis', 'chatwoot', 'token', 'rights', 'definitions', 'file'] as const;

export type Part = (typeof PARTS)[number];

/** `note` is nothing to worry about; a `warning` costs something; a `fault` keeps a run from beginning. */
export type Level = 'ok' | 'note' | 'warning' | 'fault';

/** One thing that was looked at. No value of a cell and no secret is in it. */
export interface Finding {
  part: Part;
  level: Level;
  /** A sentence; that of a warning or a fault ends with the next step. */
  message: string;
}
