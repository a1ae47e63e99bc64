import type { Change, Expectation } from '../contact/change.ts';
import { diff } from '../contact/diff.ts';
import { ABSENT } from '../contact/former.ts';
import type { LiveContact } from '../contact/live.ts';
import { CLEAR, type Patch, REMOVE } from '../contact/patch.ts';
import type { Reason } from '../run/reason.ts';

/** From 4.15 on the desk fills it in by the domain of the e-mail. */
const COMPANY = 'additional_attributes.company_name';

/** What is left of a change once the contact is seen again. */
export type Judgement =
  /** `left`: fields that are left alone because somebody edited them since. */
  { type: 'go'; patch: Patch; left: string[] } | { type: 'skip'; reason: Reason; fields: string[] };

/** Holds a change against the contact as it is now. A change without a condition always goes. */
export function judge(change: Pick<Change, 'expect' | 'patch'>, live: LiveContact | undefined): Judgement {
  const { expect, patch } = change;
  if (expect === undefined || live === undefined) return { type: 'go', patch, left: [] };
  switch (expect.of) {
    case 'whole':
      return patch[REMOVE] === undefined ? judgeWhole(patch, expect, live) : judgeRemoval(patch, expect, live);
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

/** A contact is deleted only if nobody did anything with it: its fields are ours, it has no others, and nobody wrote. */
function judgeRemoval(patch: Patch, { held }: Expectation, live: LiveContact): Judgement {
  const edited = Object.keys(held).filter((field) => !holds(field, held[field]!, live));
  const added = filledFields(live).filter((field) => held[field] === undefined);
  const fields = [...edited, ...added, ...(live.hasConversed === true ? ['last_activity_at'] : [])];
  return fields.length === 0 ? { type: 'go', patch, left: [] } : { type: 'skip', reason: 'edited_since', fields };
}

/** What a contact holds, but for what the desk writes there by itself. */
function filledFields(live: LiveContact): string[] {
  const { custom_attributes: custom, additional_attributes: additional } = live;
  const candidates = [
    ...(['name', 'email', 'phone_number', 'identifier', 'blocked'] as const),
    ...Object.keys(custom).map((key) => `custom_attributes.${key}`),
    ...Object.keys(additional).map((key) => `additional_attributes.${key}`),
  ];
  return candidates.filter((field) => field !== COMPANY && !holds(field, field === 'blocked' ? 'false' : CLEAR, live));
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
