import { z } from 'zod';

/** The section `redis`. */
export const REDIS = z.strictObject({
  url: z
    .string()
    .min(1)
    .optional()
    .describe(
      'redis://, rediss://, redis+sentinel://, redis+cluster:// or a unix socket. Absent: a local server is started.',
    ),
  replicas: z
    .number()
    .int()
    .min(0)
    .max(9)
    .optional()
    .describe(
      'Replicas that must have a change before it is answered for. Absent: 1 with redis+sentinel:// and redis+cluster://, else 0.',
    ),
});
