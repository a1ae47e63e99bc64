import { z } from 'zod';

/** Address of a server. It is shown in reports, links and errors, so it may hold no credentials. */
export const ADDRESS = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => !/^[^/]*\/\/[^/?#]*@/.test(url),
    'holds a user or a password, and addresses are shown: leave them out',
  );

/** What a header can carry: with a line end in it no call would ever be made. */
export const TOKEN = z
  .string()
  .regex(/^[!-~]+$/, 'is empty, or holds a space or another sign that no header can carry');
