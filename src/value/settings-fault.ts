import { BOOLEAN_LANGUAGES } from './boolean.ts';
import { numberStyle } from './number-style.ts';
import type { BooleanSettings, DateSettings, ListSettings, NumberSettings, PhoneSettings } from './settings.ts';
import type { SettingsOf, ValueType } from './value-types.ts';

/**
 * What is wrong with the settings of a column, as sentences that say what to do, each with the setting it is about. With none
 * of them a normaliser reads any text. Loads what the type needs.
 */
export async function settingFaults<Type extends ValueType>(
  type: Type,
  settings: SettingsOf[Type],
): Promise<SettingFault[]> {
  const check = CHECKS[type] as ((settings: SettingsOf[Type]) => Promise<SettingFault[]>) | undefined;
  return check === undefined ? [] : await check(settings);
}

export interface SettingFault {
  setting: string;
  message: string;
}

const CHECKS: { [Type in ValueType]?: (settings: SettingsOf[Type]) => Promise<SettingFault[]> } = {
  phone: countryFaults,
  number: async (settings) => numberFaults(settings),
  boolean: async (settings) => booleanFaults(settings),
  date: timeFaults,
  datetime: timeFaults,
  list: async (settings) => listFaults(settings),
};

async function countryFaults({ country }: PhoneSettings): Promise<SettingFault[]> {
  if (country === undefined) return [];
  const { isPhoneCountry } = await import('./phone.ts');
  if (isPhoneCountry(country)) return [];
  return [{ setting: 'country', message: `"${country}" is no country. Give two capital letters, such as DE or US.` }];
}

function numberFaults({ locale }: NumberSettings): SettingFault[] {
  if (locale === undefined || numberStyle(locale) !== undefined) return [];
  const message = `numbers of "${locale}" are not known. Use one that writes them alike: en (1,234.5), de (1.234,5), fr (1 234,5) or de-CH (1'234.5).`;
  return [{ setting: 'locale', message }];
}

function booleanFaults({ locale, true: yes = [], false: no = [] }: BooleanSettings): SettingFault[] {
  const faults: SettingFault[] = [];
  const language = locale?.split('-')[0]?.toLowerCase() ?? 'en';
  if (language !== 'en' && !BOOLEAN_LANGUAGES.includes(language)) {
    const message = `words of "${locale}" are not known. Use one of en, ${BOOLEAN_LANGUAGES.join(', ')}, or list the words under true and false.`;
    faults.push({ setting: 'locale', message });
  }
  const both = yes.find((word) => no.some((other) => other.toLowerCase() === word.toLowerCase()));
  if (both !== undefined) {
    faults.push({ setting: 'false', message: `"${both}" stands under true as well. Remove it from one of the two.` });
  }
  return faults;
}

async function timeFaults(settings: DateSettings): Promise<SettingFault[]> {
  const { formatFault, isZone, formatsOf } = await import('./written-time.ts');
  const faults: SettingFault[] = [];
  const { timezone } = settings;
  if (timezone !== undefined && !isZone(timezone)) {
    faults.push({
      setting: 'timezone',
      message: `"${timezone}" is no time zone. Give its IANA name, such as Europe/Berlin.`,
    });
  }
  if (formatsOf(settings).length === 0) {
    faults.push({ setting: 'format', message: 'no format is listed. List one, or leave format out for iso.' });
  }
  for (const format of formatsOf(settings)) {
    const message = formatFault(format, settings.locale);
    if (message !== undefined) faults.push({ setting: 'format', message });
  }
  return faults;
}

function listFaults({ split }: ListSettings): SettingFault[] {
  return split === ''
    ? [{ setting: 'split', message: 'is empty. Give what stands between the entries, such as ;' }]
    : [];
}
