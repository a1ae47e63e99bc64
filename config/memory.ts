import { z } from 'zod';

/** How long what was seen is believed. */
export const REMEMBER_FOR = z
  .number()
  .positive()
  .default(24)
  .describe('How long what was seen of a contact is believed, in hours.');

/** What remembering may take of Redis; see src/memory/bound.ts. */
export const REMEMBER_MEMORY = z
  .number()
  .positive()
  .optional()
  .describe(
    "Most memory of Redis that this takes, in MB. Default: a quarter of Redis' maxmemory, or 512 where it has none.",
  );
