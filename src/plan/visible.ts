import { clip, displayWidth } from '../report/layout.ts';

// Controls and overrides, which would act on the terminal, and what takes no room or passes for a space: two values that
// differ only there must not look the same. Joiners stay: they belong to words and emoji.
const UNSEEN =
  /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Characters of what both values begin with that stay in sight before the first difference. */
const CONTEXT = 6;

/** A value as it is drawn: characters that cannot be seen become `\u00a0`, the way JSON writes them. */
export function visible(json: string): string {
  return json.replace(UNSEEN, (char) => {
    const code = char.codePointAt(0)!;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * Two values side by side in at most `room` columns, the arrow included. A long value loses its end; when both begin
 * alike for longer than can be shown, their beginning, so that the difference is always in sight.
 */
export function besides(before: string, after: string, room: number): { before: string; after: string } {
  const left = room - displayWidth(ARROW);
  const half = Math.floor(left / 2);
  const [widthBefore, widthAfter] = [displayWidth(before), displayWidth(after)];
  const roomBefore = widthAfter <= half ? left - widthAfter : half;
  const roomAfter = widthBefore <= left - half ? left - widthBefore : left - half;
  const from = start(before, alike(before, after) - CONTEXT);
  return { before: window(before, from, roomBefore), after: window(after, from, roomAfter) };
}

/** What stands between the two. */
export const ARROW = ' → ';

function window(text: string, from: number, room: number): string {
  if (displayWidth(text) <= room) return text;
  if (displayWidth(text.slice(0, from)) + CONTEXT * 2 <= room) return clip(text, room);
  const tail = text.slice(from);
  return `…${clip(tail, room - 1)}`;
}

/** A place in a text that lies between two characters: `at`, or just before it. */
function start(text: string, at: number): number {
  if (at <= 0) return 0;
  return /^[\udc00-\udfff]/.test(text.slice(at, at + 1)) ? at - 1 : at;
}

/** UTF-16 units that both begin with; never half of a pair. */
function alike(a: string, b: string): number {
  let at = 0;
  for (const char of a) {
    if (!b.startsWith(char, at)) break;
    at += char.length;
  }
  return at;
}
