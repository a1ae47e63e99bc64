import { z } from 'zod';
import { pathWithout$ } from '../src/fetch/record-values.ts';
import { templateFault } from '../src/fetch/template.ts';
import { isMany, parsePath } from '../src/source/webhook/path.ts';

/** These say how a request travels; whoever sets them breaks it. */
const NOT_HEADERS: ReadonlySet<string> = new Set(['connection', 'content-length', 'host', 'transfer-encoding']);

const headers = z
  .record(z.string(), z.string().min(1))
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      const message = headerFault(name);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .default({})
  .describe(
    'Sent with each request. A value written env:NAME or file:/path is taken from there, whole: "Bearer ..." too. Credentials have to be.',
  );

const values = z
  .string()
  .superRefine((text, context) => {
    const parsed = parsePath(pathWithout$(text));
    if ('fault' in parsed) context.addIssue({ code: 'custom', message: parsed.fault });
    else if (isMany(parsed.path))
      context.addIssue({ code: 'custom', message: 'leads to several values: use a place like [0]' });
  })
  .default('$')
  .describe('JSON path to the object in the answer whose members are the values; $ is the answer itself.');

/** How the record of an event that carries only an id is fetched. */
export const FETCH = z
  .strictObject({
    url: z
      .string()
      .superRefine((url, context) => {
        const message = templateFault(url, true);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .describe('Address of a record, with {id} where its id goes. Asked for when an event carries only an id.'),
    headers,
    values,
    rate: z
      .number()
      .min(0.01)
      .max(1000)
      .default(5)
      .describe('Most requests a second to this CRM, of all processes together.'),
    attempts: z
      .int()
      .min(1)
      .max(100)
      .default(8)
      .describe('Attempts a record has before its event goes to quarantine. A refused credential uses none.'),
    timeout: z.number().min(0.1).max(120).default(10).describe('Longest wait for one answer of the CRM, in seconds.'),
    allow_private: z
      .boolean()
      .default(false)
      .describe('Allow http and addresses of your own network. Any sender of events could then make requests to it.'),
  })
  .superRefine(({ url, allow_private }, context) => {
    if (allow_private || templateFault(url, true) !== undefined) return;
    const message = templateFault(url, false);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['url'], message });
  });

function headerFault(name: string): string | undefined {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return 'is no name of a header';
  return NOT_HEADERS.has(name.toLowerCase()) ? 'is set by the request itself: leave it out' : undefined;
}
