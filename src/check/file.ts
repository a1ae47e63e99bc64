import type { Definitions } from '../contact/attribute.ts';
import { attributeOf } from '../contact/field.ts';
import { nearest } from '../mapping/nearest.ts';
import type { PlannedSource } from '../producer/source.ts';
import { count, counted } from '../report/number.ts';
import { remarkWarning } from '../report/remark-sentence.ts';
import { PLAIN } from '../source/decode/dialect.ts';
import type { Finding } from './finding.ts';
import { MOST_KEYS } from './repeated.ts';
import type { CheckedRows } from './rows.ts';

/** A file as it was found, for people and programs. */
export interface CheckedFile extends CheckedRows {
  path: string;
  sha256: string;
  encoding: string;
  format: string;
  delimiter: string;
  gzip: boolean;
  /** What sets which field. */
  columns: { name: string; field: string }[];
  ignored: { name: string; note?: string }[];
  match: string[];
}

/** What was found out about a file besides its rows. */
export function describeFile({ path, sha256, dialect, plan }: PlannedSource, rows: CheckedRows): CheckedFile {
  const { encoding, format, delimiter, gzip = false } = dialect ?? PLAIN;
  const columns = plan!.columns.map(({ name, field }) => ({ name, field }));
  return {
    path,
    sha256,
    encoding,
    format,
    delimiter,
    gzip,
    columns,
    ignored: plan!.ignored,
    match: plan!.match,
    ...rows,
  };
}

/** What the account's definitions have to say about the custom attributes that a file sets. */
export function definitionFindings(fields: readonly string[], definitions: Definitions): Finding[] {
  const keys = new Set(
    fields.flatMap((field) => {
      const attribute = attributeOf(field);
      return attribute?.object === 'custom_attributes' ? [attribute.key] : [];
    }),
  );
  return [...keys].flatMap((key): Finding[] => {
    if (definitions.has(key)) return [];
    const near = nearest(key, [...definitions.keys()]);
    const next =
      near === undefined
        ? 'Define it with: contact-sync attributes FILE --create'
        : `Did you mean custom_attributes.${near}?`;
    const message = `custom_attributes.${key} is not defined in the account, so no agent sees it and no filter finds it. ${next}`;
    return [{ part: 'definitions', level: 'warning', message }];
  });
}

/** What is to be said of the rows of a file in sentences. */
export function rowFindings(file: CheckedFile): Finding[] {
  const { rows, sound, repeated, contradictions, path } = file;
  const findings: Finding[] = [];
  const say = (level: Finding['level'], message: string) =>
    findings.push({ part: 'file', level, message: `${path}: ${message}` });
  const wrong = totalOf(file.invalid);
  const left = totalOf(file.skipped);
  const but = left === 0 ? '' : `, ${count(left)} left out by \`where\``;
  if (rows === 0) say('warning', 'has a header and no row. Check the export that writes it.');
  else if (wrong === 0) say('ok', `${counted(rows, 'row')}, none of them wrong${but}`);
  else
    say(
      'warning',
      `${count(wrong)} of ${counted(rows, 'row')} would not be sent${but}; correct them, or see needs-attention.csv after a run.`,
    );
  if (repeated.keys > 0) {
    const first = repeated.first.map(({ key, lines }) => `${key} on lines ${lines[0]} and ${lines[1]}`);
    const more = repeated.keys > first.length ? ` and ${count(repeated.keys - first.length)} more` : '';
    say(
      'warning',
      `${counted(repeated.keys, 'key')} more than once (${first.join('; ')}${more}): the last row of each wins. Remove the others if that is not meant.`,
    );
  }
  if (!repeated.complete) say('note', `keys are compared among the first ${count(MOST_KEYS)}.`);
  if (contradictions > 0)
    say(
      'warning',
      `${counted(contradictions, 'key')} with more than one partner: one e-mail address with two identifiers, or the other way round. Correct the records in the CRM, or describe the file as a source, which refuses such rows (docs/mapping.md).`,
    );
  for (const remark of file.remarks) say('warning', remarkWarning(remark));
  if (sound === 0 && rows > 0 && left < rows)
    say('warning', 'no row at all could be sent. Look at encoding, delimiter and mapping first.');
  return findings;
}

/** Rows of all reasons together. */
export function totalOf(reasons: CheckedRows['invalid']): number {
  return Object.values(reasons).reduce((sum, { rows }) => sum + rows, 0);
}
