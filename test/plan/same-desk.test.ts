import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameDesk } from '../../src/plan/same-desk.ts';

const DESK = 'https://desk.example.com';

for (const same of [`${DESK}/`, `${DESK}//`, 'https://Desk.Example.COM', `${DESK}:443/`, 'HTTPS://desk.example.com']) {
  test(`${same} is the same desk`, () => assert.ok(sameDesk(DESK, same) && sameDesk(same, DESK)));
}

for (const other of ['http://desk.example.com', `${DESK}:8443`, `${DESK}/support`, 'https://example.com', 'desk']) {
  test(`${other} is another desk`, () => assert.ok(!sameDesk(DESK, other) && !sameDesk(other, DESK)));
}

test('a path keeps its case: it may be told apart there', () => {
  assert.ok(sameDesk(`${DESK}/a/`, `${DESK}/a`));
  assert.ok(!sameDesk(`${DESK}/a`, `${DESK}/A`));
});
