import { boolean } from './boolean.ts';
import { email } from './email.ts';
import { list } from './list.ts';
import type { Normalise } from './normalise.ts';
import { number } from './number.ts';
import type {
  BooleanSettings,
  DateSettings,
  EmailSettings,
  ListSettings,
  NumberSettings,
  PhoneSettings,
  TextSettings,
  UrlSettings,
} from './settings.ts';
import { text } from './text.ts';
import { url } from './url.ts';

/** What a column of each type can be told. */
export interface SettingsOf {
  text: TextSettings;
  email: EmailSettings;
  phone: PhoneSettings;
  number: NumberSettings;
  boolean: BooleanSettings;
  date: DateSettings;
  datetime: DateSettings;
  list: ListSettings;
  url: UrlSettings;
}

/** The types that a column can be declared with. */
export type ValueType = keyof SettingsOf;

interface TypeEntry<Settings> {
  /** What holds where nothing is said. */
  defaults: Settings;
  /** The normaliser. Loaded on demand where it brings a library along, whose tables every other run would wait for. */
  load: () => Promise<Normalise<Settings>>;
}

/** All types by name: what they are told by default, and how they read a cell. docs/values.md says the same for people. */
export const VALUE_TYPES: { readonly [Type in ValueType]: TypeEntry<SettingsOf[Type]> } = {
  text: { defaults: { trim: true }, load: async () => text },
  email: { defaults: {}, load: async () => email },
  phone: {
    defaults: { part: 'number', accept: 'valid' },
    load: async () => (await import('./phone.ts')).phone,
  },
  number: { defaults: { locale: 'en', percent: 'as_written' }, load: async () => number },
  boolean: { defaults: {}, load: async () => boolean },
  date: { defaults: { format: 'iso', locale: 'en' }, load: async () => (await import('./date.ts')).date },
  datetime: { defaults: { format: 'iso', locale: 'en' }, load: async () => (await import('./datetime.ts')).datetime },
  list: { defaults: { split: ';' }, load: async () => list },
  url: { defaults: {}, load: async () => url },
};

/** Names of all types, in the order in which they are explained. */
export const VALUE_TYPE_NAMES = Object.keys(VALUE_TYPES) as ValueType[];
