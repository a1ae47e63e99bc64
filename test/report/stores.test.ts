import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes } from '../../src/report/number.ts';
import { type Stores, storesText } from '../../src/report/stores.ts';

const STORES: Stores = {
  redis: { used_bytes: 366_000_000, maxmemory_bytes: 512 * 2 ** 20 },
  remembered: { contacts: 1_048_576, bytes: 134_000_000, most_bytes: 128 * 2 ** 20, learning: false },
  versions: { contacts: 9_000_000, bytes: 207_000_000 },
  waiting: { changes: 12, bytes: 9000 },
  outcomes: { rows: 0, bytes: 0 },
  quarantine: { events: 1, bytes: 700 },
  undo: { files: 2, bytes: 3_000_000_000, oldest: '2026-01-14T02:15:00.000Z' },
  runs: { kept: 30, oldest: '2025-12-15T02:15:00.000Z' },
};

test('status says of each store how much there is, how many bytes it takes and since when', () => {
  assert.equal(
    storesText(STORES, { width: 100, colour: false }),
    `Stores
  Redis                                349 MB  of 512 MB
  remembered contacts       1,048,576  128 MB  of 128 MB, nothing new is learnt
  versions, kept for a day  9,000,000  197 MB
  waiting changes                  12  8.8 kB
  outcomes not yet written          0     0 B
  quarantined events                1   700 B
  undo files                        2  2.8 GB  since 2026-01-14 02:15:00 UTC
  runs                             30          since 2025-12-15 02:15:00 UTC
`,
  );
  const unlimited = { ...STORES, redis: { used_bytes: 1024, maxmemory_bytes: 0 } };
  assert.match(storesText(unlimited, { width: 100, colour: false }), / 1\.0 kB {2}no limit of its own\n/);
});

test('bytes are counted in steps of 1,024, with as many digits as tell something', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 150 * 2 ** 20, 2 ** 50].map(bytes), [
    '0 B',
    '1,023 B',
    '1.0 kB',
    '1.5 kB',
    '150 MB',
    '1,024 TB',
  ]);
});
