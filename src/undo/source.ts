import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { Expectation } from '../contact/change.ts';
import { attributeOf } from '../contact/field.ts';
import { ABSENT } from '../contact/former.ts';
import { CLEAR, KEPT_NULL, type Patch, REMOVE } from '../contact/patch.ts';
import type { SourceRow } from '../producer/source.ts';
import { changesIn } from '../run/changes.ts';
import type { UndoRecord, Vault } from './vault.ts';

/** What a run did to one contact, in all its writes together. */
type Whole = UndoRecord;

/**
 * Turns what a run overwrote into the rows of the run that puts it back: one a contact, with the value before its first
 * write and after its last. Contacts that were written once, nearly all, pass by; only the others wait in memory.
 */
export async function* wholesIn(file: string, vault: Vault): AsyncGenerator<Whole> {
  const seen = new Set<string>();
  const several = new Map<string, Whole | undefined>();
  for await (const line of changesIn(file)) {
    const { contact } = vault.open<UndoRecord>(line);
    if (seen.has(contact)) several.set(contact, undefined);
    seen.add(contact);
  }
  for await (const line of changesIn(file)) {
    const record = vault.open<UndoRecord>(line);
    if (!several.has(record.contact)) yield record;
    else several.set(record.contact, together(several.get(record.contact), record));
  }
  for (const whole of several.values()) if (whole !== undefined) yield whole;
}

function together(first: Whole | undefined, then: UndoRecord): Whole {
  if (first === undefined) return then;
  const fields = { ...first.fields };
  for (const [field, [before, after]] of Object.entries(then.fields)) {
    const known = fields[field];
    fields[field] = known === undefined ? [before, after] : [known[0], after];
  }
  return { ...first, ...(then.created === true ? { created: true as const } : {}), fields };
}

/** The row that puts a contact back. */
export function rowOf(line: number, whole: Whole, deleteCreated: boolean): SourceRow {
  const { contact } = whole;
  if (whole.created === true && !deleteCreated) return { line, skipped: 'created-by-run', contact };
  const held: Expectation['held'] = {};
  const patch: Patch = whole.created === true ? { [REMOVE]: 'true' } : {};
  for (const [field, [before, after]] of Object.entries(whole.fields)) {
    if (whole.created !== true) {
      if (before === null) continue;
      patch[field] = textToPutBack(field, before);
    }
    held[field] = after;
  }
  if (Object.keys(patch).length === 0) return { line, skipped: 'cannot-undo', contact };
  const of = whole.created === true ? 'whole' : 'each';
  return { line, change: { keys: { id: contact }, match: ['id'], patch, expect: { of, held } } };
}

function textToPutBack(field: string, before: string): string {
  if (before === ABSENT) return CLEAR;
  const isKey = attributeOf(field)?.object === 'custom_attributes';
  return isKey && before === CLEAR ? KEPT_NULL : before;
}

/** Writes the rows where the undo's run can read them again and again; sealed like what they are made of. */
export async function writeRows(file: string, rows: AsyncIterable<SourceRow>, vault: Vault): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const out = createWriteStream(file, { mode: 0o600 });
  for await (const row of rows) if (!out.write(`${vault.seal(row)}\n`)) await once(out, 'drain');
  out.end();
  await finished(out);
}

const BATCH = 100;

/** The rows again, from the given ordinal on. */
export async function* rowsFrom(file: string, from: number, vault: Vault): AsyncGenerator<SourceRow[]> {
  let batch: SourceRow[] = [];
  let passed = 0;
  for await (const line of changesIn(file)) {
    if (passed++ < from) continue;
    batch.push(vault.open<SourceRow>(line));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
