import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeSentence } from '../../src/report/sentence.ts';
import { OUTCOMES, type Outcome } from '../../src/run/outcome.ts';
import { sampleRecord } from './sample.ts';

test('every outcome is one readable sentence', () => {
  const said: Record<Outcome, string> = {
    updated: outcomeSentence(sampleRecord()),
    created: outcomeSentence(sampleRecord({ outcome: 'created', attempts: 3, fields: [] })),
    unchanged: outcomeSentence(sampleRecord({ outcome: 'unchanged', fields: [] })),
    merged: outcomeSentence(sampleRecord({ outcome: 'merged', reason: 'folded-into-newer' })),
    stale: outcomeSentence(sampleRecord({ outcome: 'stale', reason: 'older-than-written' })),
    skipped: outcomeSentence(sampleRecord({ outcome: 'skipped', reason: 'over-limit', contact_id: null })),
    not_found: outcomeSentence(sampleRecord({ outcome: 'not_found', reason: 'no-such-contact', contact_id: null })),
    ambiguous: outcomeSentence(sampleRecord({ outcome: 'ambiguous', reason: 'several-contacts', contact_id: null })),
    invalid: outcomeSentence(sampleRecord({ outcome: 'invalid', reason: 'phone-format', detail: 'column Mobile' })),
    rejected: outcomeSentence(sampleRecord({ outcome: 'rejected', reason: 'email-taken', http_status: 422 })),
    failed: outcomeSentence(sampleRecord({ outcome: 'failed', reason: 'timed-out', attempts: 5, http_status: null })),
    cancelled: outcomeSentence(sampleRecord({ outcome: 'cancelled', reason: 'run-cancelled', source: '-' })),
  };
  assert.deepEqual(said, {
    updated: 'Line 12 of contacts.csv updated contact 42 (name, custom_attributes.plan).',
    created: 'Line 12 of contacts.csv created contact 42 at attempt 3.',
    unchanged: 'Line 12 of contacts.csv changed nothing: contact 42 already holds these values.',
    merged:
      'Line 12 of contacts.csv was merged into another change of contact 42: a later change of the same contact was written together with this one.',
    stale:
      'Line 12 of contacts.csv is stale for contact 42: a newer value was already written, and nothing else of this row differs.',
    skipped: 'Line 12 of contacts.csv was skipped: the run was limited with --limit and this row lies beyond it.',
    not_found: 'Line 12 of contacts.csv was not found: no contact has this match key.',
    ambiguous: 'Line 12 of contacts.csv is ambiguous: more than one contact has this match key.',
    invalid: 'Line 12 of contacts.csv is invalid: the phone number is not in E.164 form (column Mobile).',
    rejected:
      'Line 12 of contacts.csv was rejected for contact 42 (status 422): another contact has this e-mail address.',
    failed:
      'Line 12 of contacts.csv failed for contact 42 after 5 attempts: Chatwoot did not answer in time, while it was well otherwise.',
    cancelled: 'Line 12 of standard input was cancelled: the run was cancelled before this row was sent.',
  });
  assert.deepEqual(Object.keys(said), [...OUTCOMES]);
});

test('an outcome that this version does not know is an error, not a silent blank', () => {
  const record = { ...sampleRecord(), outcome: 'vanished' as Outcome };
  assert.throws(() => outcomeSentence(record), /Unknown value "vanished"/);
});
