import type { Change, Expectation } from '../contact/change.ts';
import { diff } from '../contact/diff.ts';
import { ABSENT } from '../contact/former.ts';
import type { LiveContact } from '../contact/live.ts';
import { CLEAR, type Patch } from '../contact/patch.ts';
import type { Reason } from '../run/reason.ts';

/** What is left of a change once the contact is seen again. */
export type Judgement =
  /** `left`: fields that are left alone because somebody edited them since. */
  { type: 'go'; patch: Patch; left: string[] } | { type: 'skip'; reason: Reason; fields: string[] };

/** Holds a change against the contact as it is now. A change without a condition always goes. */
export function judge(change: Change, live: LiveContact | undefined): Judgement {
  const { expect, patch } = change;
  if (expect === undefined || live === undefined) return { type: 'go', patch, left: [] };
  switch (expect.of) {
    case 'whole':
      return judgeWhole(patch, expect, live);
    case 'each':
      return judgeEach(patch, expect, live);
    case 'nobody':
      // Somebody is there by now; if that is just what was to be made, there is nothing to do.
      return judgeWhole(patch, { of: 'whole', held: patch }, live);
  }
}

/** A plan is kept to the letter or not at all; one that is fulfilled already is no drift. */
function judgeWhole(patch: Patch, expect: Expectation, live: LiveContact): Judgement {
  const drifted = Object.keys(expect.held).filter((field) => !holds(field, expect.held[field]!, live));
  if (drifted.length === 0 || Object.entries(patch).every(([field, text]) => holds(field, text, live)))
    return { type: 'go', patch, left: [] };
  return { type: 'skip', reason: 'drifted', fields: drifted };
}

/** Every field is put back that still holds what we wrote, or holds the former value again. */
function judgeEach(patch: Patch, expect: Expectation, live: LiveContact): Judgement {
  const kept: Patch = {};
  const left: string[] = [];
  for (const [field, text] of Object.entries(patch)) {
    if (holds(field, text, live) || holds(field, expect.held[field] ?? ABSENT, live)) kept[field] = text;
    else left.push(field);
  }
  if (Object.keys(kept).length === 0) return { type: 'skip', reason: 'edited_since', fields: left };
  return { type: 'go', patch: kept, left };
}

/** Whether a field holds a value: by the rule that decides about every write. */
function holds(field: string, text: string, live: LiveContact): boolean {
  return Object.keys(diff({ [field]: text === ABSENT ? CLEAR : text }, live)).length === 0;
}
