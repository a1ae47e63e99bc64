import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BudgetFacts, budgetOf, withTotal } from '../../src/plan/budget.ts';
import { CALL_KINDS } from '../../src/run/summary.ts';
import { callCounts } from '../report/sample.ts';

function facts(change: Partial<BudgetFacts> & { n?: Parameters<typeof callCounts>[0] } = {}): BudgetFacts {
  const { n = { update: 1000, filter: 67, other: 2 }, ...rest } = change;
  return { calls: callCounts(n), medians: {}, rate: 3000, concurrency: 2, ...rest };
}

test('what was not measured costs what is known of Chatwoot, and only calls that occur are listed', () => {
  const cost = budgetOf(facts({ medians: { filter: 16.2 } }));
  assert.deepEqual(cost.by_call, {
    update: { n: 1000, ms: 18, source: 'known of Chatwoot' },
    filter: { n: 67, ms: 16.2, source: 'measured here' },
    other: { n: 2, ms: 3, source: 'known of Chatwoot' },
  });
  assert.equal(cost.desk_ms, Math.round(1000 * 18 + 67 * 16.2 + 2 * 3));
});

test('the limiter decides where it is narrower than the desk', () => {
  assert.equal(budgetOf(facts({ n: { update: 600 }, rate: 600 })).duration_ms, 60_000);
});

test('a desk of one process does its calls one after the other, however many are in flight', () => {
  for (const concurrency of [1, 2, 50]) {
    const cost = budgetOf(facts({ n: { update: 1000 }, rate: 1_000_000, concurrency }));
    assert.equal(cost.duration_ms, cost.desk_ms);
    assert.deepEqual(cost.pace, { rate: 1_000_000, concurrency });
  }
});

test('a long way through the network keeps each lane busy: 100 ms and one in flight make 8 calls a second', () => {
  const one = budgetOf(facts({ n: { update: 80 }, concurrency: 1, networkMs: 100 }));
  assert.equal(one.duration_ms, 80 * 118);
  const eight = budgetOf(facts({ n: { update: 80 }, concurrency: 8, networkMs: 100 }));
  assert.equal(eight.duration_ms, 80 * 20, 'eight lanes are wider than the limiter');
});

test('no call costs nothing and takes no time', () => {
  assert.deepEqual(budgetOf(facts({ n: {} })), {
    by_call: {},
    desk_ms: 0,
    duration_ms: 0,
    pace: { rate: 3000, concurrency: 2 },
  });
});

test('the time is never shorter than the limiter or the desk allows, and more calls never take less', () => {
  const counts = fc.record(
    Object.fromEntries(CALL_KINDS.map((kind) => [kind, fc.nat(100_000)])) as Record<
      (typeof CALL_KINDS)[number],
      fc.Arbitrary<number>
    >,
  );
  const arbitrary = fc.record({
    calls: counts,
    medians: fc.record({ update: fc.integer({ min: 1, max: 500 }) }, { requiredKeys: [] }),
    rate: fc.integer({ min: 1, max: 1_000_000 }),
    concurrency: fc.integer({ min: 1, max: 500 }),
    networkMs: fc.nat(500),
  });
  fc.assert(
    fc.property(arbitrary, fc.constantFrom(...CALL_KINDS), (given, kind) => {
      const cost = budgetOf(given);
      assert.ok(cost.duration_ms >= cost.desk_ms);
      assert.ok(cost.duration_ms >= Math.round((withTotal(given.calls).total / given.rate) * 60_000));
      const more = budgetOf({ ...given, calls: { ...given.calls, [kind]: given.calls[kind] + 1 } });
      assert.ok(more.duration_ms >= cost.duration_ms && more.desk_ms > cost.desk_ms);
    }),
  );
});
