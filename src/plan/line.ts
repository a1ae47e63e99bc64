import { z } from 'zod';
import { MATCH_KEYS } from '../contact/change.ts';
import { parseLossless } from '../contact/json.ts';
import { OUTCOMES } from '../run/outcome.ts';
import { REASON_NAMES } from '../run/reason.ts';
import type { Plan, PlanEntry } from './entry.ts';

/** The version of the file that is written, and the newest that is understood. */
const VERSION = 1;

/** How a plan's file begins, whatever its version. */
export const BEGINNING = /^\{"plan":[1-9]/;

/** The part of a plan that stands at the head of its file. How many rows a file has is only known at its end. */
export interface PlanHeader extends Pick<Plan, 'run' | 'base_url' | 'account_id' | 'created_at' | 'options'> {
  files: { path: string; sha256: string }[];
}

const ROW = z.int().nonnegative();
const FIELD_CHANGE = z.strictObject({
  field: z.string().min(1),
  before: z.exactOptional(z.string().refine((text) => text === '' || isJson(text))),
  after: z.string().refine(isJson),
});
const ENTRY = z
  .strictObject({
    row: ROW,
    source: z.string(),
    line: z.int().positive(),
    outcome: z.enum(OUTCOMES),
    reason: z.enum(REASON_NAMES).nullable(),
    // Chatwoot's ids are Postgres bigints, so one that a row made up may be beyond 2^53; `keys.id` holds its digits.
    contact_id: z
      .number()
      .refine((id) => Number.isInteger(id) && id > 0)
      .nullable(),
    detail: z.exactOptional(z.string()),
    keys: z.partialRecord(z.enum(MATCH_KEYS), z.string()),
    changes: z.array(FIELD_CHANGE),
  })
  // Without it there would be nobody to write to.
  .refine((entry) => entry.outcome !== 'updated' || entry.contact_id !== null);
const HEADER = z.strictObject({
  plan: z.literal(VERSION),
  run: z.string().min(1),
  base_url: z.string().refine((url) => URL.canParse(url)),
  account_id: z.int().positive(),
  created_at: z.iso.datetime(),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string() })),
  options: z.record(z.string(), z.unknown()),
});
const CHECKSUM = /^\{"checksum":"sha256:([0-9a-f]{64})","rows":(0|[1-9]\d*)\}\n$/;

/** The first line, its line break included. */
export function headerLine(header: PlanHeader): string {
  const { run, base_url, account_id, created_at, options } = header;
  const files = header.files.map(({ path, sha256 }) => ({ path, sha256 }));
  return `${JSON.stringify({ plan: VERSION, run, base_url, account_id, created_at, files, options })}\n`;
}

/** The inverse; `newer` when a newer version wrote it, undefined when it is no such line. */
export function parseHeader(line: string): PlanHeader | 'newer' | undefined {
  const value = parse(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const { plan } = value as { plan?: unknown };
  if (typeof plan === 'number' && Number.isInteger(plan) && plan > VERSION) return 'newer';
  const { success, data } = HEADER.safeParse(value);
  if (!success) return undefined;
  const { plan: _version, ...header } = data;
  return header;
}

/** The line of one row. A `before` that is not known is left out. */
export function entryLine(entry: PlanEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** The inverse; undefined when it is no such line, to the last key. */
export function parseEntry(line: string): PlanEntry | undefined {
  const { success, data } = ENTRY.safeParse(parse(line));
  if (!success) return undefined;
  return { ...data, changes: data.changes.map(({ field, before, after }) => ({ field, before, after })) };
}

/** The last line. `sha256`: hex, of all bytes before it. */
export function checksumLine(sha256: string, rows: number): string {
  return `{"checksum":"sha256:${sha256}","rows":${rows}}\n`;
}

/** The inverse, byte by byte; undefined when it is no such line. */
export function parseChecksum(line: string): { sha256: string; rows: number } | undefined {
  const found = CHECKSUM.exec(line);
  return found === null ? undefined : { sha256: found[1]!, rows: Number(found[2]) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    parseLossless(text);
    return true;
  } catch {
    return false;
  }
}
