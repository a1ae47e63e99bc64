import { SECRET } from '../../../bench/hooks.ts';
import { TOKEN, type World } from '../world.ts';

/** What may stand in no log: tokens and secrets, and every address and number that contacts and rows have. */
const FORBIDDEN: Record<string, RegExp> = {
  'the token': new RegExp(TOKEN),
  'the secret of a source': new RegExp(SECRET.replace(/[+/]/g, '\\$&')),
  'an e-mail address': /\S@example\.com/,
  'a phone number': /\+1555\d{7}/,
  'the value of a row': /Renamed \d|value \d|Company \d/,
};

/** No token and no personal datum in what any process said. */
export function silence({ crew }: World): string[] {
  return Object.entries(FORBIDDEN).flatMap(([what, pattern]) => {
    const said = crew.said
      .join('\n')
      .split('\n')
      .filter((line) => pattern.test(line));
    return said.length === 0 ? [] : [`${what} stands in ${said.length} lines of the logs`];
  });
}
