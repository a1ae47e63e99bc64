import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asBegun } from '../../src/commands/as-begun.ts';
import type { FileMapping } from '../../src/mapping/file-mapping.ts';
import type { RunOptions, RunState } from '../../src/run/state.ts';
import { OPTIONS } from '../queue/room.ts';

const MAPPING: FileMapping = { name: 'crm', rules: [], without: [], match: [], where: [], refusesConflicts: true };
const CHANGED: FileMapping = { ...MAPPING, match: ['email'] };

const under = (mapping: FileMapping, more: Partial<RunOptions> = {}): RunOptions => ({ ...OPTIONS, ...more, mapping });
const begun = (options: RunOptions, path = 'a.csv') => ({ run: 'r1', options, files: [{ path }] }) as RunState;

test('a run goes on with the mapping that it began with', () => {
  assert.deepEqual(asBegun(begun(under(MAPPING)), under(CHANGED, { limit: 3 })), under(MAPPING, { limit: 3 }));
  assert.equal(asBegun(begun(under(MAPPING)), under({ ...MAPPING })), undefined, 'nothing was changed');
  assert.equal(asBegun(undefined, under(MAPPING)), undefined, 'it is begun');
  assert.equal(asBegun(begun(OPTIONS), under(MAPPING)), undefined, 'to be refused: it had no mapping');
  assert.equal(asBegun(begun(under(MAPPING)), under({ ...CHANGED, name: 'other' })), undefined, 'another source');
});

test('empty cells mean what they meant, unless a flag says so now', () => {
  const before = begun(under({ ...MAPPING, emptyCells: 'clear' }, { emptyCells: 'clear' }));
  const now = { ...MAPPING, emptyCells: 'leave' as const };
  assert.equal(asBegun(before, under(now, { emptyCells: 'leave' }))?.emptyCells, 'clear');
  const flagged = begun(under({ ...MAPPING, emptyCells: 'clear' }, { emptyCells: 'leave' }));
  assert.equal(asBegun(flagged, under(CHANGED, { emptyCells: 'leave' }))?.emptyCells, 'leave');
});

test('standard input cannot be read a second time, so its mapping may not have changed', () => {
  assert.throws(
    () => asBegun(begun(under(MAPPING), '-'), under(CHANGED)),
    /mapping of crm was changed since r1 began.* Put the mapping back to continue, or give another --run-id\.$/,
  );
});
