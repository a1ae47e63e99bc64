import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { OutcomeRecord } from './record.ts';

export const OUTCOMES_FILE = 'outcomes.ndjson';

/** A line of outcomes.ndjson and the byte at which it begins. */
interface Line {
  text: string;
  at: number;
}

/** The lines of outcomes.ndjson, up to so many bytes: what lies behind may be half a line of another process. */
export async function* linesIn(file: string, bytes: number): AsyncGenerator<Line> {
  if (bytes === 0) return;
  const input = createReadStream(file, { end: bytes - 1 });
  let at = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text !== '') yield { text, at };
    at += Buffer.byteLength(text) + 1;
  }
}

/** The records of outcomes.ndjson, in the order in which their rows ended. */
export async function* recordsOf(file: string, bytes: number): AsyncGenerator<OutcomeRecord> {
  for await (const { text } of linesIn(file, bytes)) yield JSON.parse(text) as OutcomeRecord;
}
