import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MOST_SHAPES } from '../../src/queue/scripts/shapes.ts';
import { versionOf } from '../../src/queue/version.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { beginRun, change, outcomesOf, type Room, roomIn, write } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function roomOf(): Promise<Room> {
  const room = roomIn(server);
  await beginRun(room, 'r1');
  return room;
}

const NOW = Date.UTC(2026, 0, 2);

/** A change whose values were true at a moment, from a row of its own. */
function at(contact: string, row: number, fields: Record<string, unknown>, ms: number, place: number) {
  const one = change(contact, row, fields);
  const version = versionOf(ms, place);
  return {
    ...one,
    rows: one.rows.map((each) => ({ ...each, version })),
    fields: one.fields.map((each) => ({ ...each, version })),
  };
}

for (const [what, shapes] of [
  ['one of a few lists of fields', 0],
  ['one of some hundred lists', 200],
  ['a list that gets no number any more', MOST_SHAPES],
] as const) {
  test(`of ${what} each field keeps its version: what is older is stale, what is newer is written`, async () => {
    const r = await roomOf();
    for (let i = 1; i <= shapes; i++)
      await r.redis.hset(`${r.keys.base}:shapes`, `9${i},99999`, i, `#${i}`, `9${i},99999`);
    // An id as high as they come, and a row as late as Redis has bits for it.
    const contact = '9007199254740991';
    const last = 2 ** 32 - 2;
    await r.mailboxes.deliver([at(contact, 0, { name: 'A', blocked: true }, NOW, last)]);
    assert.deepEqual(await write(r, contact), { name: '"A"', blocked: 'true' });
    await r.mailboxes.deliver([
      at(contact, 1, { name: 'B' }, NOW, last - 1),
      at(contact, 2, { blocked: false }, NOW - 1, last),
    ]);
    assert.equal(await write(r, contact), undefined);
    await r.mailboxes.deliver([at(contact, 3, { name: 'C' }, NOW, last + 1)]);
    assert.deepEqual(await write(r, contact), { name: '"C"' });
    // Of the two fields each has a version of its own by now.
    await r.mailboxes.deliver([at(contact, 4, { name: 'D' }, NOW, last)]);
    await r.mailboxes.deliver([at(contact, 5, { blocked: false }, NOW + 1, 0)]);
    assert.deepEqual(await write(r, contact), { blocked: 'false' });
    assert.deepEqual(await outcomesOf(r), {
      0: 'updated',
      1: 'stale',
      2: 'stale',
      3: 'updated',
      4: 'stale',
      5: 'updated',
    });
    const known = await r.redis.hlen(`${r.keys.base}:shapes`);
    assert.equal(known, Math.min(2 * MOST_SHAPES, 2 * shapes + (shapes === MOST_SHAPES ? 0 : 6)));
  });
}

test('a contact whose six fields were found as wanted takes at most 30 bytes', async () => {
  const r = await roomOf();
  const fields = { name: 'A', blocked: true, identifier: 'x', avatar_url: 'y', phone_number: 'z', email: 'e' };
  const contacts = 5000;
  for (let from = 0; from < contacts; from += 500) {
    await r.mailboxes.deliver(
      Array.from({ length: 500 }, (_, i) => {
        const one = change(String(1_000_000 + from + i), from + i, fields, { differs: false });
        return { ...one, readAt: 0 };
      }),
    );
  }
  const hashes = Array.from(
    { length: Math.ceil(contacts / 64) + 1 },
    (_, i) => `${r.keys.base}:v:${1_000_000 / 64 + i}`,
  );
  const sizes = await Promise.all(hashes.map((key) => r.redis.memory('USAGE', key)));
  const used = sizes.reduce((sum: number, size) => sum + Number(size ?? 0), 0);
  assert.ok(used / contacts <= 30, `${used / contacts} bytes`);
});
