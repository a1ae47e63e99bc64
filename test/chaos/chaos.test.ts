import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULTS } from './faults/catalog.ts';
import { play } from './round.ts';
import { roundOf, SHORT } from './schedule.ts';
import { WORKS } from './works/catalog.ts';
import { openGround } from './world.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 1 + (Date.now() % 99_999));
const NAMES = WORKS.map(({ name }) => name);

test('a round is drawn from its seed and number alone', () => {
  const twice = [1, 2].map(() => roundOf(SEED, 3, SHORT, NAMES, FAULTS));
  assert.deepEqual(twice[0], twice[1]);
  assert.notDeepEqual(twice[0]!.strikes, roundOf(SEED, 4, SHORT, NAMES, FAULTS).strikes);
  assert.deepEqual(JSON.parse(JSON.stringify(twice[0])), twice[0], 'it can be kept as a file and replayed');
});

test('two faults that would mend each other are never there at once', () => {
  for (let number = 1; number <= 200; number++) {
    const { strikes } = roundOf(SEED, number, SHORT, NAMES, FAULTS);
    const ends = new Map<string, number>();
    for (const { at, lasts, fault } of strikes) {
      const { group } = FAULTS.find(({ name }) => name === fault)!;
      assert.ok(at > (ends.get(group) ?? 0), `seed ${SEED}, round ${number}: ${fault}`);
      ends.set(group, at + lasts);
    }
  }
});

test(`everything holds after a short round of faults (seed ${SEED})`, { timeout: 220_000 }, async (t) => {
  const round = roundOf(SEED, 1, SHORT, NAMES, FAULTS);
  const { strikes, ...settings } = round;
  t.diagnostic(`CHAOS_SEED=${SEED}: ${JSON.stringify(settings)}`);
  t.diagnostic(strikes.map(({ at, fault, lasts }) => `${at} ms ${fault} ${lasts} ms`).join(', '));
  const ground = await openGround();
  try {
    const { wrong, kept, struck } = await play(round, ground, (text) => t.diagnostic(text), 180_000);
    assert.deepEqual(wrong, [], `CHAOS_SEED=${SEED} repeats it; everything is kept in ${kept}`);
    assert.ok(Object.keys(struck).length > 0, 'something struck');
  } finally {
    await ground.close();
  }
});
