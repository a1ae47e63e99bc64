import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PlanEntry, writes } from '../../src/plan/entry.ts';
import { REASON_NAMES } from '../../src/run/reason.ts';
import { ownPlace, read, write } from './place.ts';

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
);
const own = { noNullPrototype: true };
const keys = fc.record(
  { id: fc.string(), identifier: fc.string({ unit: 'binary' }), email: fc.string(), phone_number: fc.string() },
  { requiredKeys: [], ...own },
);
const change = fc.record(
  {
    field: fc.string({ minLength: 1, unit: 'binary' }),
    before: fc.option(fc.oneof(json, fc.constant('')), { nil: undefined }),
    after: json,
  },
  own,
);
const entry: fc.Arbitrary<PlanEntry> = fc.record(
  {
    row: fc.nat(),
    source: fc.string({ unit: 'binary' }),
    line: fc.integer({ min: 1 }),
    outcome: fc.constantFrom('updated', 'created', 'unchanged', 'not_found', 'invalid'),
    reason: fc.option(fc.constantFrom(...REASON_NAMES)),
    contact_id: fc.oneof(fc.integer({ min: 1 }), fc.constant(1e19)),
    detail: fc.string(),
    keys,
    changes: fc.array(change, { maxLength: 3 }),
  },
  { requiredKeys: ['row', 'source', 'line', 'outcome', 'reason', 'contact_id', 'keys', 'changes'], ...own },
);

test('any plan comes back as it was written', async (t) => {
  const place = await ownPlace(t);
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
      await write(place, entries);
      const { reader, found } = await read(place);
      assert.equal(reader.rows, entries.length);
      assert.deepEqual(
        found.map((each) => each.entry),
        entries.filter(writes),
      );
    }),
    { numRuns: 200 },
  );
});
