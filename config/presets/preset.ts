import type { z } from 'zod';
import type { FILE } from '../file-source.ts';

/** What the export of one program is known to hold. Plain data: it stands for a `file` section and is used only when named. */
export interface FilePreset {
  /** What it reads, for people: `HubSpot contacts`. */
  title: string;
  /** Columns by which the export is recognised. Several in one place are spellings of the same column. */
  telling: readonly (string | readonly string[])[];
  /** The section that it stands for. Its columns may all be missing in a file: users choose what they export. */
  file: z.input<typeof FILE>;
  /** Columns that say who may be written to. They have opposite senses in different programs, so none is ever mapped by itself. */
  consent: readonly string[];
}
