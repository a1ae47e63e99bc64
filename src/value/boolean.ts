import { cellOf } from './cell.ts';
import { clean } from './clean.ts';
import { EMPTY, type Normalise } from './normalise.ts';
import type { BooleanSettings } from './settings.ts';

type Words = readonly [yes: readonly string[], no: readonly string[]];

const ALWAYS: Words = [
  ['true', 'yes', 'y', 't', '1', 'on', 'x', '✓', '✔'],
  ['false', 'no', 'n', 'f', '0', 'off'],
];

/** By language, beside the English ones. What Excel writes is among them: a German one exports WAHR. */
const WORDS: Readonly<Record<string, Words>> = {
  de: [
    ['ja', 'j', 'wahr', 'ein'],
    ['nein', 'falsch', 'aus'],
  ],
  fr: [
    ['oui', 'o', 'vrai'],
    ['non', 'faux'],
  ],
  es: [['sí', 'si', 's', 'verdadero'], ['falso']],
  it: [['sì', 'si', 's', 'vero'], ['falso']],
  pt: [
    ['sim', 's', 'verdadeiro'],
    ['não', 'nao', 'falso'],
  ],
  nl: [
    ['ja', 'j', 'waar'],
    ['nee', 'onwaar'],
  ],
  sv: [
    ['ja', 'j', 'sant'],
    ['nej', 'falskt'],
  ],
  da: [
    ['ja', 'j', 'sand'],
    ['nej', 'falsk'],
  ],
  nb: [
    ['ja', 'j', 'sann'],
    ['nei', 'usann'],
  ],
  pl: [
    ['tak', 'prawda'],
    ['nie', 'fałsz'],
  ],
};

/** Languages with words of their own. Others read the English ones. */
export const BOOLEAN_LANGUAGES: readonly string[] = Object.keys(WORDS);

/** `true` or `false`. A word that is not known is refused: taking it for "no" would end consent that was given. */
export const boolean: Normalise<BooleanSettings> = cellOf(
  (given, settings) => {
    if (given === '') return settings.empty === undefined ? EMPTY : String(settings.empty);
    const word = fold(given);
    const language = WORDS[settings.locale?.split('-')[0]?.toLowerCase() ?? ''];
    for (const [yes, no] of [[settings.true ?? [], settings.false ?? []], ALWAYS, language ?? [[], []]]) {
      if (yes?.some((one) => fold(one) === word)) return 'true';
      if (no?.some((one) => fold(one) === word)) return 'false';
    }
    return { reason: 'boolean-word', detail: 'no word for yes or no of this column' };
  },
  { empty: 'asked' },
);

function fold(word: string): string {
  return clean(word).toLowerCase();
}
