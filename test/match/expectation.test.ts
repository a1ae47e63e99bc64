import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveContact } from '../../src/contact/live.ts';
import { REMOVE } from '../../src/contact/patch.ts';
import { judge } from '../../src/match/expectation.ts';

const ANN: LiveContact = {
  id: 7,
  name: 'Ann',
  email: 'ann@new.test',
  phone_number: null,
  identifier: null,
  blocked: false,
  custom_attributes: { seats: 3 },
  additional_attributes: { company_name: 'Put there by the desk' },
};

const held = { name: '"Ann"', email: '"ann@new.test"', 'custom_attributes.seats': '"3"' };
const REMOVAL = { patch: { [REMOVE]: 'true' }, expect: { of: 'whole' as const, held } };

test('a contact that holds what it was created with, and nothing else, may be deleted', () => {
  assert.equal(judge(REMOVAL, ANN).type, 'go');
});

for (const [what, more, field] of [
  ['was edited', { name: 'Anna' }, 'name'],
  ['got a phone number', { phone_number: '+15550001' }, 'phone_number'],
  ['was blocked', { blocked: true }, 'blocked'],
  ['got an attribute', { custom_attributes: { seats: 3, vip: true } }, 'custom_attributes.vip'],
  ['got a city', { additional_attributes: { city: 'Bergen' } }, 'additional_attributes.city'],
  ['lost an attribute', { custom_attributes: {} }, 'custom_attributes.seats'],
  ['conversed', { hasConversed: true }, 'last_activity_at'],
] as const) {
  test(`a contact that ${what} since is not deleted`, () => {
    const judged = judge(REMOVAL, { ...ANN, ...more });
    assert.deepEqual(judged, { type: 'skip', reason: 'edited_since', fields: [field] });
  });
}

test('what a plan creates is left alone when somebody has it otherwise, and is fulfilled when it is just that', () => {
  const expect = { of: 'nobody' as const, held: {} };
  const { 'custom_attributes.seats': _, ...patch } = held;
  assert.equal(judge({ patch, expect }, ANN).type, 'go');
  assert.deepEqual(judge({ patch: { ...patch, name: '"Ben"' }, expect }, ANN), {
    type: 'skip',
    reason: 'drifted',
    fields: ['name'],
  });
});
