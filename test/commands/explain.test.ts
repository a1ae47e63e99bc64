import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/commands/explain.ts';
import { fault } from '../../src/plan/error.ts';

test('a plan that is refused exits with 2, one that broke while it was carried out with 3', () => {
  const edited = fault('edited', 'plan.ndjson');
  assert.deepEqual(explain(edited), { text: edited.message, code: 2 });
  const changed = fault('changed-meanwhile', 'plan.ndjson');
  assert.deepEqual(explain(changed), { text: changed.message, code: 3 });
});
