import type { Logger } from 'pino';
import type { Remarks } from '../mapping/remarks.ts';
import type { PlannedSource } from '../producer/source.ts';
import { remarkSentence } from '../report/remark-sentence.ts';

/** Where remarks go: to people, and to the log of a run. */
interface Ears {
  run: string;
  log: Logger;
  say: (sentence: string) => void;
}

/** Says what was left out of cells since it was said the last time: a line for each column and kind. */
export function sayRemarks(remarks: Remarks, files: readonly PlannedSource[], { run, log, say }: Ears): void {
  for (const [file, counted] of remarks.take()) {
    const source = files[file]!.path;
    for (const one of counted) {
      const sentence = remarkSentence(one);
      say(`${source}: ${sentence}`);
      log.warn({ event: 'reading.remark', run, source, ...one }, sentence);
    }
  }
}
