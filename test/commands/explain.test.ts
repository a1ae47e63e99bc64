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

test('a full disk is said in words, with what to do, and exits with 3', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const { text, code } = explain(full);
  assert.equal(code, 3);
  assert.match(text, /^The disk is full.*Make room.*--run-id/);
  assert.doesNotMatch(text, /fault of contact-sync/);
  assert.match(explain(new Error('unheard of')).text, /fault of contact-sync/);
});
