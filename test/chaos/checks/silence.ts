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

/** What the program says of an error that nobody foresaw. */
const UNFORESEEN = /This is a fault of contact-sync/;

/** No token and no personal datum in what any process said, and no error without words of its own. */
export function silence({ crew }: World): string[] {
  const unforeseen = crew.said.filter((text) => UNFORESEEN.test(text)).map((text) => text.split('\n')[0]);
  const told = unforeseen.map((line) => `an error that nobody foresaw: ${line}`);
  const leaked = Object.entries(FORBIDDEN).flatMap(([what, pattern]) => {
    const said = crew.said
      .join('\n')
      .split('\n')
      .filter((line) => pattern.test(line));
    return said.length === 0 ? [] : [`${what} stands in ${said.length} lines of the logs`];
  });
  return [...told, ...leaked];
}
