import type { Change, Expectation, Place } from '../contact/change.ts';
import { isLabelField } from '../contact/label.ts';
import type { Patch } from '../contact/patch.ts';
import { mergeLabels, type PendingLabels } from './label-merge.ts';

/** A row of a run, and where its values stand in time. */
export interface RowOfRun extends Place {
  run: string;
  /** Orders the values of one field: 16 characters, see version.ts. */
  version: string;
  /** Fields of the row that were left alone because somebody edited them since, parted by spaces. */
  left?: string;
}

/** How a contact was found, or looked for in vain; and the condition under which it is created. */
export type Lookup = Pick<Change, 'keys' | 'match'> & { expect?: Expectation };

/** A field that is written, for the undo. */
export interface FieldChange {
  run: string;
  field: string;
  /** That of the row which brought the value. */
  version: string;
  /** JSON text, or `ABSENT`; undefined when not known. */
  before: string | undefined;
  /** JSON text. */
  after: string;
}

/** What lies in a mailbox at one moment. */
export interface Snapshot {
  contact: string;
  /** What is to be written: without fields that the desk was seen to hold, unless something was sent since. */
  patch: Patch;
  /** What the desk held in each field of the patch before, by the run whose row set it. */
  changes: FieldChange[];
  /** Something of this mailbox was sent before; it may have been applied. */
  sent: boolean;
  /** All fields as stored, to take out exactly what was seen. */
  raw: [field: string, value: string][];
  /** Newest first. */
  rows: RowOfRun[];
  lookup?: Lookup;
  /** Milliseconds since something was last written to the contact; undefined when that is not known. */
  writtenAgoMs?: number;
}

/** Characters of a version, in front of a field's mark. */
const VERSION_LENGTH = 16;

/** Between the former and the new value of a field; JSON text holds no control characters. */
const PART = '\x1e';

/** In place of a former value: not known. */
const UNKNOWN = '?';

/** The part of a field's entry behind its version, mark and run. */
export function valueEntry(before: string | undefined, value: string): string {
  return (before ?? UNKNOWN) + PART + value;
}

/** What a mailbox holds, as the script `peek` gives it: pairs of name and value in a row. */
export interface Peeked {
  fields: readonly string[];
  tags: readonly string[];
  sent: boolean;
  /** JSON of `Lookup`, or ''. */
  lookup: string;
  /** Milliseconds since the contact was last written; negative when that is not known. */
  ago: number;
}

/** Reads the entries of a mailbox. */
export function snapshotOf(contact: string, { fields, tags, sent, lookup, ago }: Peeked): Snapshot {
  const patch: Patch = Object.create(null) as Patch;
  const raw: [string, string][] = [];
  const changes: FieldChange[] = [];
  const labels: PendingLabels[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1]!;
    raw.push([fields[i]!, value]);
    const held = value[VERSION_LENGTH] === '=';
    if (isLabelField(fields[i]!)) {
      labels.push({ version: value.slice(0, VERSION_LENGTH), held, change: changeOf(fields[i]!, value) });
      continue;
    }
    if (!sent && held) continue;
    const change = changeOf(fields[i]!, value);
    patch[change.field] = change.after;
    changes.push(change);
  }
  const merged = mergeLabels(labels, sent);
  Object.assign(patch, merged.patch);
  changes.push(...merged.changes);
  const rows: RowOfRun[] = [];
  for (let i = 0; i < tags.length; i += 2) rows.push(rowOfTag(tags[i]!, tags[i + 1]!));
  rows.sort((a, b) => (a.version < b.version ? 1 : -1));
  const again = lookup === '' ? {} : { lookup: JSON.parse(lookup) as Lookup };
  return { contact, patch, changes, raw, rows, sent, ...again, ...(ago < 0 ? {} : { writtenAgoMs: ago }) };
}

/** The version in front of a stored value. */
export function versionIn(raw: string): string {
  return raw.slice(0, VERSION_LENGTH);
}

/** Reads `<version><mark><run>|<former value><PART><value>`. */
function changeOf(field: string, raw: string): FieldChange {
  const bar = raw.indexOf('|', VERSION_LENGTH);
  const part = raw.indexOf(PART, bar);
  const before = raw.slice(bar + 1, part);
  return {
    run: raw.slice(VERSION_LENGTH + 1, bar),
    field,
    version: versionIn(raw),
    before: before === UNKNOWN ? undefined : before,
    after: raw.slice(part + 1),
  };
}

/** Reads `#r:<run>:<row>` and `<file>,<line>,<version>`, with `,<fields left alone>` behind it if there are any. */
function rowOfTag(tag: string, value: string): RowOfRun {
  const cut = tag.lastIndexOf(':');
  const [file, line, version, ...left] = value.split(',');
  return {
    run: tag.slice(3, cut),
    row: Number(tag.slice(cut + 1)),
    file: Number(file),
    line: Number(line),
    version: version!,
    ...(left.length === 0 ? {} : { left: left.join(',') }),
  };
}
