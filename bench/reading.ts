import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { toChange } from '../src/mapping/change.ts';
import { planColumns } from '../src/mapping/columns.ts';
import { Remarks } from '../src/mapping/remarks.ts';
import { checkHeader } from '../src/source/csv/header.ts';
import { readHeader, readRecords } from '../src/source/csv/read.ts';
import { lookAt } from '../src/source/decode/look.ts';

export interface ReadingTask {
  file: string;
  /** `road`: decoded, cut, mapped and checked as every run does it; `bare`: csv-parse alone. */
  how: 'road' | 'bare';
}

export interface ReadingDone {
  rows: number;
  /** Of the reading alone, and of looking at the file beforehand. */
  seconds: number;
  lookSeconds: number;
  peakMb: number;
}

/** Reads one file in a process of its own. */
process.once('message', async ({ file, how }: ReadingTask) => {
  const done = how === 'bare' ? await bare(file) : await road(file);
  process.send?.({ ...done, peakMb: process.resourceUsage().maxRSS / 1024 } satisfies ReadingDone);
  process.disconnect();
});

async function road(file: string): Promise<Omit<ReadingDone, 'peakMb'>> {
  const before = performance.now();
  const { dialect } = await lookAt(file, file);
  const options = dialect === undefined ? {} : { dialect };
  const header = await readHeader(file, options);
  const plan = planColumns(checkHeader(header), { map: {}, emptyCells: 'leave' });
  const begun = performance.now();
  const remarks = new Remarks();
  let rows = 0;
  for await (const records of readRecords(file, { header, ...options })) {
    for (const record of records) {
      if (!('cells' in record)) throw new Error(`line ${record.line} is at fault`);
      const change = toChange(plan, { row: rows, file: 0, line: record.line }, record.cells, undefined, remarks);
      if ('fault' in change) throw new Error(`line ${record.line}: ${change.fault.reason}`);
      rows++;
    }
  }
  return { rows, seconds: (performance.now() - begun) / 1000, lookSeconds: (begun - before) / 1000 };
}

async function bare(file: string): Promise<Omit<ReadingDone, 'peakMb'>> {
  const begun = performance.now();
  let rows = -1;
  for await (const _ of createReadStream(file).pipe(parse({ bom: true, relax_quotes: true, relax_column_count: true })))
    rows++;
  return { rows, seconds: (performance.now() - begun) / 1000, lookSeconds: 0 };
}
