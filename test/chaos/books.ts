import assert from 'node:assert/strict';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { Summary } from '../../src/run/summary.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Export, FIELDS } from './crm.ts';

/** Whatever happened meanwhile: every row has exactly one outcome, and the report and the counts say the same. */
export function assertBooks(source: Export, summary: Summary, outcomes: readonly OutcomeRecord[]): void {
  assert.deepEqual(
    outcomes.map(({ row }) => row),
    Array.from({ length: source.rows }, (_, row) => row),
    'every row exactly once in outcomes.ndjson',
  );
  const counted: Record<string, number> = {};
  for (const { outcome } of outcomes) counted[outcome] = (counted[outcome] ?? 0) + 1;
  const nonzero = Object.fromEntries(Object.entries(summary.outcomes).filter(([, n]) => n > 0));
  assert.deepEqual(nonzero, counted, 'the counts of the summary are those of the lines');
  assert.equal(summary.rows, source.rows);
  const { updated, merged, unchanged, stale, invalid, not_found, ...others } = summary.outcomes;
  assert.equal(invalid, source.invalid);
  assert.equal(not_found, source.notFound);
  assert.equal(updated + merged + unchanged + stale, source.rows - source.invalid - source.notFound);
  assert.deepEqual(
    Object.entries(others).filter(([, n]) => n > 0),
    [],
    'no other outcome',
  );
}

/** Every contact holds the last value that any row gave it. */
export function assertDesk(source: Export, sandbox: Sandbox): void {
  const wrong: string[] = [];
  for (const [id, wanted] of source.wanted) {
    const contact = sandbox.contacts.get(id) as unknown as Record<string, unknown>;
    for (const field of FIELDS) {
      if (wanted[field] === undefined) continue;
      const held = field.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], contact);
      if (held !== wanted[field]) wrong.push(`contact ${id} ${field}: ${String(held)} instead of ${wanted[field]}`);
    }
  }
  assert.deepEqual(wrong, [], 'the last word of every field');
  assert.ok(sandbox.maxInFlightPerContact <= 1, 'at most one write in flight for a contact');
}
