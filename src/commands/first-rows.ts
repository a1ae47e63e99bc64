import type { LookedAtRow } from '../init/preview.ts';
import { checkHeader } from '../source/csv/header.ts';
import { readHeader, readRecords } from '../source/csv/read.ts';
import type { SourceFile } from '../source/file.ts';

/** Rows that are looked at. */
const LOOKED_AT = 1000;

/** The names of a file's columns, and its first thousand rows. */
export async function firstRows(file: SourceFile): Promise<{ names: string[]; rows: LookedAtRow[] }> {
  const how = file.dialect === undefined ? {} : { dialect: file.dialect };
  const header = await readHeader(file.file, how);
  const names = checkHeader(header, file.path);
  const rows: LookedAtRow[] = [];
  for await (const batch of readRecords(file.file, { header, ...how })) {
    for (const record of batch) if ('cells' in record) rows.push({ line: record.line, cells: record.cells });
    if (rows.length >= LOOKED_AT) break;
  }
  return { names, rows: rows.slice(0, LOOKED_AT) };
}
