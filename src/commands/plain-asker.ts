import type { ChatwootAccess } from '../../config/access.ts';
import type { Config } from '../../config/schema.ts';
import type { DeskRequest } from '../chatwoot/answer.ts';
import { ChatwootClient } from '../chatwoot/client.ts';
import { ContactRequests } from '../chatwoot/contacts.ts';
import type { Ask } from '../chatwoot/preflight.ts';
import { authorityIn } from './authority.ts';

/** Asks a desk without Redis, and so without the limiter: for the few calls of a look at it, which write nothing. */
export interface PlainAsker {
  ask: Ask;
  /** Asks for the definitions of custom attributes. */
  definitions: DeskRequest;
  privateAuthority: boolean;
  close: () => void;
}

/** @throws Refusal when the certificate authority cannot be read */
export function askerOf(
  { chatwoot }: { chatwoot: Pick<Config['chatwoot'], 'ca' | 'timeout'> },
  { baseUrl, accountId, token }: ChatwootAccess,
): PlainAsker {
  const authority = authorityIn(chatwoot.ca);
  const client = new ChatwootClient({ baseUrl, token, timeoutMs: chatwoot.timeout * 1000, ...authority });
  return {
    ask: (request) => client.send(request),
    definitions: new ContactRequests(accountId).definitions(),
    privateAuthority: chatwoot.ca !== undefined,
    close: () => client.close(),
  };
}
