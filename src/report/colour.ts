/** What a text means; the colour follows from it. */
export type Tone = 'strong' | 'faint' | 'good' | 'warn' | 'bad' | 'accent';

const CODES: Record<Tone, readonly [number, number]> = {
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  accent: [36, 39],
};

/** Puts a text into a tone, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

/** The 16-colour ANSI painter, or one that paints nothing (the caller has looked at NO_COLOR and the terminal). */
export function painter(colour: boolean): Paint {
  if (!colour) return (_tone, text) => text;
  return (tone, text) => {
    const [on, off] = CODES[tone];
    return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
