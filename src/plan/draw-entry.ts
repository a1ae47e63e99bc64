import { type Paint, painter, type Tone } from '../report/colour.ts';
import { alignColumns, clip, displayWidth, printable } from '../report/layout.ts';
import { count } from '../report/number.ts';
import type { TextOptions } from '../report/text.ts';
import { type Effect, effectOf } from './effect.ts';
import type { FieldChange, PlanEntry } from './entry.ts';
import { ARROW, besides, visible } from './visible.ts';

const SIGN: Record<Effect, { sign: string; tone: Tone }> = {
  filled: { sign: '+', tone: 'good' },
  replaced: { sign: '~', tone: 'warn' },
  cleared: { sign: '-', tone: 'bad' },
};

const INDENT = '    ';
/** A longer name of a field is cut, so that there is room for its values. */
const WIDEST_FIELD = 0.4;
const UNKNOWN = '(not known)';

/**
 * What would become of one contact: a line for it and one for each field, `+` filled in, `~` replaced, `-` cleared.
 * Ends with a newline. Holds values of the contact: for the terminal only. Meant for entries that write.
 */
export function entryText(entry: PlanEntry, options: TextOptions): string {
  const width = Math.max(40, options.width);
  const paint = painter(options.colour);
  const lines = [head(entry, width, paint), ...changes(entry, width, paint)];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function head(entry: PlanEntry, width: number, paint: Paint): string {
  const contact = entry.contact_id === null ? 'new contact' : `contact ${entry.contact_id}`;
  const source = entry.source === '-' ? 'standard input' : printable(entry.source);
  const place = clip(`line ${count(entry.line)} of ${source}`, width - 4 - displayWidth(contact));
  return `  ${paint('strong', contact)}  ${paint('faint', place)}`;
}

function changes(entry: PlanEntry, width: number, paint: Paint): string[] {
  const widest = Math.floor(width * WIDEST_FIELD);
  const names = alignColumns(
    entry.changes.map(({ field }) => [clip(printable(field), widest)]),
    ['left'],
  );
  return entry.changes.map((change, index) => {
    const name = names[index]?.[0] ?? '';
    const effect = effectOf(change, entry.outcome);
    const { sign, tone } = SIGN[effect];
    const room = width - displayWidth(`${INDENT}${sign} ${name}  `);
    return `${INDENT}${paint(tone, sign)} ${name}  ${values(change, effect, room, paint)}`;
  });
}

function values(change: FieldChange, effect: Effect, room: number, paint: Paint): string {
  const before = change.before === undefined ? UNKNOWN : visible(change.before);
  const after = visible(change.after);
  if (effect === 'filled') return paint('good', clip(after, room));
  if (effect === 'cleared') return paint('bad', clip(before, room));
  const pair = besides(before, after, room);
  return `${paint('faint', pair.before)}${ARROW}${paint('strong', pair.after)}`;
}
