import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceText } from '../../src/report/difference.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { outcomeCounts } from './sample.ts';

const text = (counts: Partial<Record<Outcome, number>>) => differenceText({ outcomes: outcomeCounts(counts) });

test('it is said how many contacts differed, and what became of them', () => {
  assert.equal(
    text({ updated: 12, unchanged: 39_988, merged: 7, not_found: 3 }),
    '12 of 40,000 contacts differed from what events had written; they were set right.',
  );
  assert.equal(text({ unchanged: 2 }), 'None of 2 contacts differed from what events had written.');
  assert.equal(
    text({ created: 1, unchanged: 1, stale: 1 }),
    '1 of 3 contacts differed from what events had written; it was set right. 1 was told of since the export and was left alone.',
  );
  assert.equal(
    text({ updated: 2, rejected: 1, stale: 2 }),
    '3 of 5 contacts differed from what events had written; 2 were set right, 1 was not. 2 were told of since the export and were left alone.',
  );
});
