import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Circumstances, entryOf, NO_CALL, recordOf } from '../../src/run/entry.ts';
import { OUTCOMES } from '../../src/run/outcome.ts';
import { REASON_NAMES, type Reason } from '../../src/run/reason.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  contact: fc.option(fc.integer({ min: 1 }).map(String), { nil: null }),
  fields: fc.array(text, { maxLength: 4 }),
  status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: null }),
  attempts: fc.nat(9),
  durationMs: fc.nat(1e6),
  deskMs: fc.option(
    fc.nat(1e6).map((us) => us / 1000),
    { nil: null },
  ),
  requestId: text,
  detail: text,
});

test('whatever is known of a row comes back from its entry in the ledger', () => {
  const place = fc.record({ row: fc.nat(), file: fc.constantFrom(0, 1), line: fc.nat() });
  const reason = fc.constantFrom<Reason | ''>('', ...REASON_NAMES);
  fc.assert(
    fc.property(place, fc.constantFrom(...OUTCOMES), reason, circumstances, (where, outcome, why, c) => {
      const entry = entryOf({ run: 'r1', place: where, outcome, reason: why, circumstances: c });
      const record = recordOf('r1', ['a.csv', 'b.csv'], entry);
      assert.deepEqual(record, {
        run: 'r1',
        source: ['a.csv', 'b.csv'][where.file],
        line: where.line,
        outcome,
        reason: why === '' ? null : why,
        contact_id: c.contact === null ? null : Number(c.contact),
        fields: c.fields,
        http_status: c.status,
        attempts: c.attempts,
        duration_ms: c.durationMs,
        desk_ms: c.deskMs,
        request_id: c.requestId === '' ? null : c.requestId,
        row: where.row,
        ...(c.detail === '' ? {} : { detail: c.detail }),
      });
    }),
  );
});

test('a row of a file that is not known comes from standard input', () => {
  const entry = entryOf({
    run: 'r',
    place: { row: 0, file: 3, line: 2 },
    outcome: 'updated',
    reason: '',
    circumstances: NO_CALL,
  });
  assert.equal(recordOf('r', [], entry).source, '-');
});

test('a reason of another version is no reason', () => {
  const record = recordOf('r', [], '[0,0,2,"failed","invented-later",null,[],null,0,0,null,"",""]');
  assert.deepEqual([record.outcome, record.reason], ['failed', null]);
});
