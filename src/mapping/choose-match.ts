import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';
import { quoted } from './column-name.ts';
import type { SourceColumns } from './columns.ts';
import { FIELD_LIST } from './field-name.ts';
import type { FileMapping } from './file-mapping.ts';
import type { PlannedColumn } from './planned.ts';
import type { Report } from './rules.ts';

/** The keys that may decide: those given with `--match`, or else all that have a column. */
export function chooseMatch(columns: PlannedColumn[], wanted: MatchKey[] | undefined, names: string[], report: Report) {
  const present = MATCH_KEYS.filter((key) => columns.some((column) => column.field === key));
  if (wanted !== undefined) {
    for (const key of wanted.filter((key) => !present.includes(key))) {
      const next = `Map one with --map COLUMN=${key}, or leave ${key} out of --match.`;
      report('match-column-missing', `--match ${key}: no column holds ${key}. ${next}`);
    }
    return [...new Set(wanted)];
  }
  if (columns.length === 0) report('no-known-column', `no column is known: ${quoted(names)}. ${advice(names)}`);
  else if (present.length === 0) {
    const next = `Map one with --map COLUMN=FIELD, where FIELD is one of ${MATCH_KEYS.join(', ')}.`;
    report('no-match-column', `no column finds the contact. ${next}`);
  }
  return present;
}

/** The keys of a source of events that the file has a column for. */
export function matchOf({ name, match }: SourceColumns, columns: PlannedColumn[], report: Report): MatchKey[] {
  const present = match.filter((key) => columns.some(({ field }) => field === key));
  if (present.length === 0) {
    const next = `Map one with --map COLUMN=${match[0]}, or name another key with --match.`;
    report('no-match-column', `no column holds ${match.join(' or ')}, by which ${name} finds contacts. ${next}`);
  }
  return present;
}

/** The keys of a source of files. One may be without a column in a file only when its column may be missing there. */
export function matchOfMapping(
  { name, match, rules }: FileMapping,
  columns: PlannedColumn[],
  report: Report,
): MatchKey[] {
  const key = `sources.${name}.file.match`;
  const present = match.filter((one) => columns.some(({ field }) => field === one));
  for (const [i, one] of match.entries()) {
    if (present.includes(one) || rules.some(({ field, optional }) => field === one && optional === true)) continue;
    const next = `Name its column under sources.${name}.file.columns, or leave ${one} out.`;
    report('match-column-missing', `${key}.${i}: no column holds ${one}. ${next}`);
  }
  if (present.length === 0 && match.every((one) => rules.some(({ field }) => field === one)))
    report('no-match-column', `${key}: the file has no column that holds ${match.join(' or ')}. Export one of them.`);
  return present;
}

function advice(names: string[]): string {
  const [only = ''] = names;
  if (names.length === 1 && /[;\t|]/.test(only))
    return 'The file is not separated by commas: say what parts its cells with --delimiter.';
  return `Map them with --map COLUMN=FIELD; fields are ${FIELD_LIST}.`;
}
