import type { Answer, DeskRequest, NetworkFault } from '../chatwoot/answer.ts';
import { healthOf } from '../chatwoot/health.ts';
import { type Ask, definitionsIn, preflight, type SettingNames } from '../chatwoot/preflight.ts';
import { roleIn } from '../chatwoot/role.ts';
import type { Definitions } from '../contact/attribute.ts';
import { counted } from '../report/number.ts';
import type { Finding } from './finding.ts';

export interface DeskOptions {
  ask: Ask;
  baseUrl: string;
  accountId: number;
  names: SettingNames;
  /** Asks for the definitions of custom attributes. */
  definitions: DeskRequest;
  /** A private certificate authority is configured. */
  privateAuthority: boolean;
}

/** A desk that was reached. */
export interface CheckedDesk {
  version: string;
  tls: boolean;
  /** Undefined where the server does not tell. */
  role: string | undefined;
  definitions: Definitions | undefined;
  findings: Finding[];
}

/**
 * Looks at a desk with three calls that read: its version, whose the token is, and the account's definitions.
 *
 * @throws PreflightError with the next step when it is none, cannot be reached, or refuses the token
 */
export async function checkDesk(options: DeskOptions): Promise<CheckedDesk> {
  const { baseUrl, accountId, names } = options;
  const answers = new Map<string, Answer | NetworkFault>();
  const ask: Ask = async (request) => {
    const answer = await options.ask(request);
    answers.set(request.path, answer);
    return answer;
  };
  const { version } = await preflight(ask, baseUrl, accountId, names);
  const tls = baseUrl.startsWith('https:');
  const findings: Finding[] = [];
  const authority = options.privateAuthority ? ', by the certificate authority that was given' : '';
  const over = tls ? `TLS, its certificate is trusted${authority}` : 'plain http';
  findings.push({ part: 'chatwoot', level: 'ok', message: `Chatwoot ${version} at ${baseUrl}; ${over}` });
  const health = healthOf(answers.get('api')!);
  if (health !== 'well')
    findings.push({
      part: 'chatwoot',
      level: 'note',
      message: `${health}; an idle server that has just started says so, too`,
    });
  findings.push({ part: 'token', level: 'ok', message: `is taken, and its owner is a member of account ${accountId}` });
  const role = roleIn(answers.get('api/v1/profile')!, accountId);
  findings.push(rights(role, names.token));
  const definitions = definitionsIn(await ask(options.definitions));
  findings.push(
    definitions === undefined
      ? {
          part: 'definitions',
          level: 'warning',
          message:
            'Chatwoot does not tell them, so every attribute would be written as text. Check the rights of the token.',
        }
      : { part: 'definitions', level: 'ok', message: `${counted(definitions.size, 'custom attribute')} of contacts` },
  );
  return { version, tls, role, definitions, findings };
}

function rights(role: string | undefined, token: string): Finding {
  if (role === 'administrator')
    return {
      part: 'rights',
      level: 'ok',
      message: 'administrator: may update, create and delete contacts and define attributes',
    };
  if (role === undefined)
    return { part: 'rights', level: 'note', message: 'Chatwoot does not say which role the owner of the token has' };
  return {
    part: 'rights',
    level: 'warning',
    message: `${role}: may read, update and create contacts. Deleting them (undo --delete-created) and defining attributes (attributes --create) take an administrator's token; set ${token} to one if you need them.`,
  };
}
