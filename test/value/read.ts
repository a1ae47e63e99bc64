import assert from 'node:assert/strict';
import type { Remark } from '../../src/value/normalise.ts';
import { type SettingsOf, VALUE_TYPES, type ValueType } from '../../src/value/value-types.ts';

/** A cell, what it becomes (JSON text, or a reason behind `!`), and settings where others than those of the table are meant. */
export type Row<Type extends ValueType> = readonly [cell: string, becomes: string, settings?: SettingsOf[Type]];

/** Reads every cell of a table and compares, naming the cell. */
export async function reads<Type extends ValueType>(
  type: Type,
  settings: SettingsOf[Type],
  rows: readonly Row<Type>[],
): Promise<void> {
  const normalise = await VALUE_TYPES[type].load();
  for (const [cell, becomes, own] of rows) {
    const read = normalise(cell, own ?? settings);
    assert.equal(shown(read), becomes, JSON.stringify(cell));
  }
}

/** The remarks on one cell. */
export async function remarks<Type extends ValueType>(
  type: Type,
  settings: SettingsOf[Type],
  cell: string,
): Promise<Remark[]> {
  const normalise = await VALUE_TYPES[type].load();
  const heard: Remark[] = [];
  const read = normalise(cell, settings, (remark) => heard.push(remark));
  assert.equal(typeof read, 'string', shown(read));
  return heard;
}

/** What a normaliser gives as a table writes it. */
export function shown(read: string | { reason: string }): string {
  return typeof read === 'string' ? read : `!${read.reason}`;
}
