import { SourceError } from '../error.ts';

/**
 * The names of the columns in the form they are matched in: Unicode-normalised (NFKC, which also makes a plain space of
 * a no-break space), runs of spaces made one, trimmed. A column without a name is called `(column 3)`.
 *
 * @param place the path, for the error text
 * @throws SourceError when there is no name at all, or one name stands twice
 */
export function checkHeader(cells: string[], place = 'the file'): string[] {
  const names = cells.map((cell) => cell.normalize('NFKC').replace(/\s+/g, ' ').trim());
  if (names.every((name) => name === '')) {
    throw new SourceError('no-header', place, 'has no header. Put the names of the columns into the first line.');
  }
  const positions = new Map<string, number[]>();
  names.forEach((name, index) => {
    if (name !== '') positions.set(name, [...(positions.get(name) ?? []), index + 1]);
  });
  const twice = [...positions].filter(([, at]) => at.length > 1);
  if (twice.length > 0) {
    const list = twice.map(([name, at]) => `"${name}" (columns ${at.join(', ')})`).join('; ');
    throw new SourceError(
      'duplicate-header',
      place,
      `several columns have the same name: ${list}. Rename or remove all but one of each.`,
    );
  }
  return names.map((name, index) => (name === '' ? `(column ${index + 1})` : name));
}
