import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectOf } from '../../src/plan/effect.ts';

const CASES: [
  before: string | undefined,
  after: string,
  outcome: 'updated' | 'created',
  effect: string,
  why: string,
][] = [
  ['', '"pro"', 'updated', 'filled', 'the key was not there'],
  ['null', '"pro"', 'updated', 'filled', 'null shows as empty'],
  ['""', '"pro"', 'updated', 'filled', 'empty text shows as empty'],
  ['"free"', '"pro"', 'updated', 'replaced', 'one value for another'],
  ['false', 'true', 'updated', 'replaced', 'false is a value'],
  ['0', '1', 'updated', 'replaced', 'zero is a value'],
  ['"free"', 'null', 'updated', 'cleared', 'null clears'],
  ['"free"', '""', 'updated', 'cleared', 'a name is cleared with empty text'],
  ['', '""', 'updated', 'filled', 'nothing is lost'],
  [undefined, '"pro"', 'updated', 'replaced', 'of what is not known the worse is assumed'],
  [undefined, 'null', 'updated', 'cleared', 'whatever was there is gone'],
  [undefined, '"https://x/a.png"', 'created', 'filled', 'a new contact had nothing'],
];

for (const [before, after, outcome, effect, why] of CASES) {
  test(`${outcome}: ${before ?? 'unknown'} to ${after} is ${effect}: ${why}`, () => {
    assert.equal(effectOf({ field: 'name', before, after }, outcome), effect);
  });
}
