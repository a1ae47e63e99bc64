import { attentionReasons } from './attention.ts';
import type { Paint } from './colour.ts';
import { printable, wrap } from './layout.ts';
import { count, counted } from './number.ts';

const MOST_REASONS = 8;

/** Why rows need attention and what to do, the most frequent reason first; starts with an empty line. */
export function reasonList(counts: Record<string, number>, width: number, paint: Paint): string[] {
  const found = attentionReasons(counts);
  if (found.length === 0) return [];
  const shown = found.slice(0, MOST_REASONS);
  const size = Math.max(...shown.map((each) => count(each.rows).length));
  const indent = size + 4;
  const lines = shown.flatMap((each) => {
    const reason = printable(each.reason);
    const said = wrap(`${reason}${each.message === '' ? '' : `: ${each.message}`}`, width - indent);
    const hint = wrap(each.hint, width - indent - 2);
    return [
      `  ${count(each.rows).padStart(size)}  ${paint('warn', reason)}${(said[0] ?? '').slice(reason.length)}`,
      ...said.slice(1).map((line) => ' '.repeat(indent) + line),
      ...hint.map((line, index) => ' '.repeat(indent) + paint('faint', `${index === 0 ? '→' : ' '} ${line}`)),
    ];
  });
  const more = found.length - shown.length;
  const rest = more > 0 ? [paint('faint', `${' '.repeat(indent)}and ${counted(more, 'other reason')}`)] : [];
  return ['', paint('strong', 'Why rows need attention'), ...lines, ...rest];
}
