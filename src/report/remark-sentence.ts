import type { CountedRemark } from '../mapping/remarks.ts';
import { REMARKS } from '../value/normalise.ts';
import { printable } from './layout.ts';
import { counted } from './number.ts';

/** `column "Email": 12 cells held several addresses, the first was taken (first on line 7)`, without a full stop. */
export function remarkSentence({ column, remark, cells, first_line: line }: CountedRemark): string {
  const first = cells === 1 ? `on line ${line}` : `first on line ${line}`;
  return `column "${printable(column)}": ${counted(cells, 'cell')} ${REMARKS[remark].what} (${first})`;
}

/** The same with what to do where that is not meant. */
export function remarkWarning(counted: CountedRemark): string {
  return `${remarkSentence(counted)}. ${REMARKS[counted.remark].next}`;
}
