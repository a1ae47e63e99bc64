import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { dialectsAsBegun } from '../../src/commands/read-as-begun.ts';
import type { RunFile } from '../../src/run/state.ts';
import { type Dialect, PLAIN } from '../../src/source/decode/dialect.ts';

const EXCEL: Dialect = { ...PLAIN, encoding: 'windows-1252', delimiter: ';' };

const begun = (dialect: Dialect | undefined, given = 'a.csv', file = path.resolve('a.csv')) => ({
  files: [{ path: given, file, sha256: 'A', rows: 1, kind: 'csv', ...(dialect && { dialect }) } satisfies RunFile],
});
const now = (dialect: Dialect | undefined, sha256 = 'A') => [{ sha256, ...(dialect && { dialect }) }];

test('a run goes on reading its files as it began, whatever is configured since', () => {
  assert.deepEqual(dialectsAsBegun(begun(EXCEL), now(undefined), {}), [EXCEL]);
  assert.deepEqual(dialectsAsBegun(begun(undefined), now(EXCEL), {}), [undefined]);
  assert.deepEqual(dialectsAsBegun(begun(EXCEL), undefined, {}), [EXCEL], 'as configured now they cannot be read');
  const copy = begun(EXCEL, 'https://crm.test/export.csv', '/data/runs/r1/stdin-1.csv');
  assert.deepEqual(dialectsAsBegun(copy, now(undefined), {}), [EXCEL]);
  assert.deepEqual(dialectsAsBegun(begun(EXCEL), now(undefined), { delimiter: ';' }), [EXCEL], 'the flag of then');
});

test('what is to be refused, or is well, is left as it is read now', () => {
  assert.equal(dialectsAsBegun(undefined, now(EXCEL), {}), undefined, 'it is begun');
  assert.equal(dialectsAsBegun(begun(EXCEL), now({ ...EXCEL }), {}), undefined, 'nothing was changed');
  assert.equal(dialectsAsBegun(begun(EXCEL), now(undefined, 'B'), {}), undefined, 'another file');
  assert.equal(dialectsAsBegun(begun(EXCEL), [...now(EXCEL), ...now(EXCEL)], {}), undefined, 'more files');
  assert.equal(dialectsAsBegun(begun(EXCEL), now(undefined), { delimiter: ',' }), undefined, 'a flag asks for it');
  assert.equal(dialectsAsBegun(begun(EXCEL), now(undefined), { encoding: 'macintosh' }), undefined);
  assert.equal(dialectsAsBegun(begun(EXCEL, '-'), now(undefined), {}), undefined, 'it comes through a pipe once');
  assert.equal(dialectsAsBegun(begun(EXCEL, '/dev/fd/63', '/data/runs/r1/stdin-1.csv'), undefined, {}), undefined);
});
