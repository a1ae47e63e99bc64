/** How numbers are written somewhere. */
export interface NumberStyle {
  /** Signs between groups of digits; each stands for itself. */
  groups: string;
  /** The sign before the fraction. */
  decimal: '.' | ',';
  /** Groups of two before the last three: 12,34,567. */
  lakh?: true;
}

/** Every space that is not a line break; typesetters and Excel use several. */
const SPACES = ' \u00a0\u2007\u2009\u202f';
const COMMA_DOT: NumberStyle = { groups: ',', decimal: '.' };
const DOT_COMMA: NumberStyle = { groups: '.', decimal: ',' };
const SPACE_COMMA: NumberStyle = { groups: SPACES, decimal: ',' };
const APOSTROPHE_DOT: NumberStyle = { groups: "'’", decimal: '.' };

/**
 * By language, and by place where that differs. Kept here and not taken from ICU, whose opinion changes between versions
 * of Node: the same file with the same settings has to mean the same for good.
 */
const STYLES: ReadonlyMap<string, NumberStyle> = new Map([
  ...named('en he ja ko th zh es-mx es-us es-pr es-gt es-hn es-ni es-pa es-pe es-sv es-do', COMMA_DOT),
  ...named('da de el es hr id is it nl pt ro sl sr tr vi', DOT_COMMA),
  ...named('bg cs et fi fr hu lt lv nb nn no pl pt-pt ru sk sv uk', SPACE_COMMA),
  ...named('ch de-ch it-ch en-ch de-li', APOSTROPHE_DOT),
  ...named('de-at', { groups: `.${SPACES}`, decimal: ',' }),
  ...named('fr-ch', { groups: `'’${SPACES}`, decimal: ',' }),
  ...named('en-in hi', { groups: ',', decimal: '.', lakh: true }),
]);

/** The style of a locale such as `de` or `de-CH`; undefined when none is known. */
export function numberStyle(locale: string): NumberStyle | undefined {
  const name = locale.toLowerCase().replace('_', '-');
  return STYLES.get(name) ?? STYLES.get(name.split('-')[0] ?? '');
}

function named(locales: string, style: NumberStyle): [string, NumberStyle][] {
  return locales.split(' ').map((locale) => [locale, style]);
}
