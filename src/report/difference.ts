import type { Summary } from '../run/summary.ts';
import { count, counted } from './number.ts';

/** How many contacts of an export differed from what events had written, in a sentence or more. */
export function differenceText({ outcomes }: Pick<Summary, 'outcomes'>): string {
  const right = outcomes.updated + outcomes.created;
  const failed = outcomes.rejected + outcomes.failed + outcomes.cancelled;
  const differed = right + failed;
  const of = `${counted(differed + outcomes.unchanged + outcomes.stale, 'contact')} differed from what events had written`;
  const sentences = [differed === 0 ? `None of ${of}.` : `${count(differed)} of ${of}; ${settled(right, failed)}.`];
  if (outcomes.stale > 0) {
    const hold =
      outcomes.stale === 1 ? 'was told of since the export and was' : 'were told of since the export and were';
    sentences.push(`${count(outcomes.stale)} ${hold} left alone.`);
  }
  return sentences.join(' ');
}

function settled(right: number, failed: number): string {
  const were = (n: number) => (n === 1 ? 'was' : 'were');
  if (failed === 0) return right === 1 ? 'it was set right' : 'they were set right';
  return `${count(right)} ${were(right)} set right, ${count(failed)} ${were(failed)} not`;
}
