import type { Summary } from '../run/summary.ts';
import type { Paint } from './colour.ts';
import { LABEL, labelled } from './labelled.ts';
import { alignColumns, printable } from './layout.ts';
import { count, counted } from './number.ts';

const MOST_FILES = 8;

/** The files that were read, with their rows, behind the label `Files`. */
export function fileList(read: Summary['files'], width: number, paint: Paint): string[] {
  const shown = read.slice(0, MOST_FILES);
  const table = alignColumns(
    shown.map((file) => [
      printable(file.path === '-' ? 'standard input' : file.path),
      count(file.rows),
      file.rows === 1 ? 'row' : 'rows',
    ]),
    ['left', 'right', 'left'],
  );
  const lines = table.map(
    ([path, rows, noun], index) =>
      `${paint('strong', (index === 0 ? 'Files' : '').padEnd(LABEL))}${path}  ${rows} ${noun}`,
  );
  const more = read.length - shown.length;
  return more > 0 ? [...lines, ...labelled('', `and ${counted(more, 'file')} more`, width, paint, 'faint')] : lines;
}
