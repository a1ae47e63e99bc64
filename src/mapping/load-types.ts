import { EMPTY, type Normalise, type Tell } from '../value/normalise.ts';
import { settingFaults } from '../value/settings-fault.ts';
import { VALUE_TYPES, type ValueType } from '../value/value-types.ts';
import type { MappingFault } from './error.ts';
import type { FileMapping, ValueSettings } from './file-mapping.ts';

const loaded = new Map<ValueType, Normalise<ValueSettings>>();

/**
 * Loads what the types of a mapping need, which for phone numbers and times is a library each: nobody else waits for it.
 *
 * @returns what is wrong with their settings, each with the path of its key
 */
export async function loadTypes({ name, rules, observedAt }: FileMapping): Promise<MappingFault[]> {
  const used = rules.flatMap(({ key, type, settings }) => (type === undefined ? [] : [{ key, type, settings }]));
  if (observedAt !== undefined) used.push({ key: 'observed_at', type: 'datetime', settings: observedAt.settings });
  const faults: MappingFault[] = [];
  for (const { key, type, settings } of used) {
    for (const { setting, message } of await settingFaults(type, settings))
      faults.push({ code: 'bad-setting', message: `sources.${name}.file.${key}.${setting}: ${message}` });
    if (!loaded.has(type)) loaded.set(type, (await VALUE_TYPES[type].load()) as Normalise<ValueSettings>);
  }
  return faults;
}

/** How a type reads a cell. */
export function typeNamed(type: ValueType): Normalise<ValueSettings> {
  const read = loaded.get(type);
  if (read === undefined) throw new Error(`The type ${type} is asked before it is loaded. Plan the file first.`);
  return read;
}

/** A text read by a type, or what stands for it when it holds nothing. What stands for it is nobody's cell: of it nothing is told. */
export function readTyped(
  read: Normalise<ValueSettings>,
  text: string,
  settings: ValueSettings,
  otherwise: string | undefined,
  tell?: Tell,
): ReturnType<Normalise<ValueSettings>> {
  const value = read(text, settings, tell);
  return value === EMPTY && otherwise !== undefined ? read(otherwise, settings) : value;
}
