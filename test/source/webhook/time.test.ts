import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyTime, isoTime, microsTime, millisTime, secondsTime } from '../../../src/source/webhook/time.ts';

const AT = Date.UTC(2025, 9, 9, 8, 53, 20);

test('an ISO time with a zone is read to the millisecond', () => {
  for (const [text, more] of [
    ['2025-10-09T08:53:20Z', 0],
    ['2025-10-09 08:53:20Z', 0],
    ['2025-10-09T04:53:20-04:00', 0],
    ['2025-10-09T10:53:20+0200', 0],
    ['2025-10-09T10:53:20+02', 0],
    ['2025-10-09T14:23:20.276+05:30', 276],
    ['2025-10-09T08:53:20.395999Z', 395],
    ['2025-10-09T08:53:20.5Z', 500],
  ] as const)
    assert.equal(isoTime(text), AT + more, text);
  assert.equal(isoTime('2025-10-09T08:53Z'), AT - 20_000);
});

test('a time without a zone is UTC where the sender means that, and unknown elsewhere', () => {
  assert.equal(isoTime('2025-10-09T08:53:20.395000', 'utc'), AT + 395);
  assert.equal(isoTime('2025-10-09 08:53:20', 'utc'), AT);
  assert.equal(isoTime('2025-10-09T08:53:20'), null);
});

test('whatever else is no time', () => {
  for (const value of [
    '03/04/2024',
    '2025-10-09',
    'yesterday',
    '',
    'Thu, 09 Oct 2025 08:53:20 GMT',
    '2025-02-30T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:00:60Z',
    '2025-01-01T00:00:00+15:00',
    '1969-12-31T23:59:59Z',
    '0099-01-01T00:00:00Z',
    1760000000,
    null,
    undefined,
    {},
    ['2025-10-09T08:53:20Z'],
  ])
    assert.equal(isoTime(value, 'utc'), null, String(value));
});

test('counts are read in their own unit, as number or text, and refused in another one', () => {
  assert.equal(secondsTime(1760000000), 1760000000000);
  assert.equal(secondsTime('1760000000'), 1760000000000);
  assert.equal(millisTime(1760000000500), 1760000000500);
  assert.equal(microsTime(1739827618595189), 1739827618595);
  for (const [read, value] of [
    [secondsTime, 1760000000500],
    [secondsTime, 1760000000.5],
    [secondsTime, -1],
    [secondsTime, '1.7e9'],
    [secondsTime, Number.NaN],
    [millisTime, 1760000000],
    [microsTime, 1760000000000],
  ] as const)
    assert.equal(read(value), null, String(value));
});

test('a sender that is free in its times is understood by their size', () => {
  assert.equal(anyTime('2025-10-09T08:53:20Z'), AT);
  assert.equal(anyTime(1760000000), 1760000000000);
  assert.equal(anyTime('1760000000500'), 1760000000500);
  assert.equal(anyTime('2025-10-09T08:53:20'), null);
});
