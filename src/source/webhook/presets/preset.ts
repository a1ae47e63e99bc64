import type { WebhookEvent } from '../event.ts';
import type { Values } from '../flatten.ts';
import type { Untrusted } from '../untrusted.ts';
import { attio } from './attio.ts';
import { chatwoot } from './chatwoot.ts';
import { close } from './close.ts';
import { generic } from './generic.ts';
import { hubspot } from './hubspot.ts';
import { intercom } from './intercom.ts';
import { type JsonSettings, jsonPreset } from './json.ts';
import type { PRESET_NAMES } from './names.ts';
import { pipedrive } from './pipedrive.ts';
import { salesforce } from './salesforce.ts';
import { segment } from './segment.ts';
import { shopify } from './shopify.ts';
import { zoho } from './zoho.ts';

/** What arrived, after its signature was found right. */
export interface Delivery {
  /** What `parseBody` made of it. */
  body: unknown;
  /** By lower-case name, as Node gives them. */
  headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came, for the keys of events without an id. */
  raw: Buffer;
}

/** How the deliveries of one kind of sender are read. */
export interface Preset {
  name: string;
  /** Names its patches may carry, with what they mean, for the documentation; `<key>` stands for any. */
  fields: Readonly<Record<string, string>>;
  /** Which of them a field of Chatwoot takes unless the operator maps otherwise; never a guess from two names. */
  map: Readonly<Record<string, string>>;
  /** All that a delivery says, in its order. Never throws: what cannot be read is an `unusable` event. */
  read(delivery: Delivery): WebhookEvent[];
  /** A record as the CRM's API gives it, its values named as in a patch; absent: its members by their names, and `id`. */
  fetched?(record: Untrusted, id: string): Values;
}

/** Every preset that needs no settings, by name. */
export const PRESETS: Readonly<Record<(typeof PRESET_NAMES)[number], Preset>> = {
  hubspot,
  pipedrive,
  shopify,
  segment,
  close,
  attio,
  intercom,
  salesforce,
  zoho,
  chatwoot,
  generic,
};

/**
 * The preset of a name; `json` is made from its settings.
 *
 * @throws Error when there is none of that name, or the settings of `json` are missing or faulty
 */
export function presetOf(name: string, settings?: JsonSettings): Preset {
  if (name === 'json') {
    if (settings === undefined)
      throw new Error('preset json needs settings: name at least one value and its JSON path');
    return jsonPreset(settings);
  }
  const preset = new Map<string, Preset>(Object.entries(PRESETS)).get(name);
  if (preset === undefined) {
    throw new Error(`there is no preset "${name}": use one of ${[...Object.keys(PRESETS), 'json'].join(', ')}`);
  }
  return preset;
}
