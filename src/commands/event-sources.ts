import { ConfigError } from '../../config/error.ts';
import type { Config } from '../../config/schema.ts';
import { isSender, type Sender } from '../../config/source.ts';
import { EventSource } from '../events/source.ts';
import { FIELD_LIST, fieldNamed, nearestField } from '../mapping/field-name.ts';
import { presetOf } from '../source/webhook/presets/preset.ts';
import { VerifySettingsError } from '../source/webhook/verify/error.ts';
import { verifierOf } from '../source/webhook/verify/verify.ts';
import type { Environment } from './options.ts';
import { readSecret } from './secret.ts';

type Sources = Pick<Config, 'sources' | 'public_url' | 'account'>;

/** A source as configured, and how much of it is taken. */
export interface ConfiguredSource {
  source: EventSource;
  /** Deliveries a second. */
  rate: number;
}

/**
 * The account's senders of webhooks by name.
 *
 * @throws ConfigError with every fault of all of them
 */
export function eventSourcesOf(config: Sources, env: Environment): Map<string, ConfiguredSource> {
  const { made, faults } = readEventSources(config, env);
  if (faults.length > 0) throw new ConfigError(faults);
  return made;
}

/** The account's senders of webhooks by name, and what is wrong with them: each fault with the path of its key. */
export function readEventSources(
  { sources, public_url, account }: Sources,
  env: Environment,
): { made: Map<string, ConfiguredSource>; faults: string[] } {
  const faults: string[] = [];
  const made = new Map<string, ConfiguredSource>();
  for (const [name, configured] of Object.entries(sources)) {
    if (configured.account !== account || !isSender(configured)) continue;
    const { preset, json, verify, match, map, rate, fetch } = configured;
    const missing = [...missingIn(verify, env), ...unknownFieldsIn(map)];
    faults.push(...missing.map((text) => `sources.${name}.${text}`));
    if (missing.length > 0) continue;
    try {
      const verifier = verifierOf(withSecrets(verify, env), public_url);
      const fetches = fetch !== undefined;
      const source = new EventSource({ name, preset: presetOf(preset, json), verifier, match, map, fetches });
      made.set(name, { source, rate });
    } catch (error) {
      if (!(error instanceof VerifySettingsError)) throw error;
      faults.push(
        ...error.faults.map((fault) => (fault.startsWith('public_url') ? fault : `sources.${name}.${fault}`)),
      );
    }
  }
  return { made, faults };
}

/** What a mapping sets that is no field, with the next step. */
export function unknownFieldsIn(map: Readonly<Record<string, string>>): string[] {
  return Object.entries(map).flatMap(([name, field]) => {
    if (fieldNamed(field) !== undefined) return [];
    const near = nearestField(field);
    const next = near === undefined ? `Use one of ${FIELD_LIST}.` : `Did you mean ${near}?`;
    return [`map.${name}: there is no field "${field}". ${next}`];
  });
}

type Verify = Sender['verify'];

function secretsOf(verify: Verify): readonly string[] {
  return 'secrets' in verify ? verify.secrets : [];
}

function missingIn(verify: Verify, env: Environment): string[] {
  return secretsOf(verify).flatMap((secret, i) => {
    const read = readSecret(secret, env);
    return 'fault' in read ? [`verify.secrets.${i}: ${read.fault}`] : [];
  });
}

function withSecrets<V extends Verify>(verify: V, env: Environment): V {
  if (!('secrets' in verify)) return verify;
  const values = verify.secrets.map((secret) => readSecret(secret, env));
  return { ...verify, secrets: values.flatMap((read) => ('value' in read ? [read.value] : [])) };
}
