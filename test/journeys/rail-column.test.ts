import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flat, puts, railed, rowsFor } from './rail.ts';

const PLAN = 'custom_attributes.plan';

test('one value for all where contacts hold different ones is stopped before the first write', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 40 });
  const csv = rowsFor(40, (i) => ({ [PLAN]: 'free', 'custom_attributes.score': String(i) }));
  const { code, summary, stderr } = await sync([file('constant.csv', csv)]);
  assert.equal(code, 3, stderr);
  assert.equal(puts(sandbox), 0);
  // Ten of forty have that plan; all of them would get a score.
  assert.deepEqual([summary.stopped_by, summary.rows, summary.outcomes.cancelled], ['column', 40, 40]);
  assert.match(
    flat(stderr),
    /Guard rail column: custom_attributes\.plan is the same in every row, and would replace what 30 of 40 contacts hold/,
  );
  assert.match(flat(stderr), /let it pass once with --allow column\. /);
  assert.match(flat(stderr), /the books balance/);
  assert.match(stderr, /contact-sync plan constant\.csv/);

  const passed = await sync(['constant.csv', '--allow', 'column']);
  assert.deepEqual([passed.code, puts(sandbox)], [0, 40], passed.stderr);
  assert.equal(sandbox.contacts.get(7)?.custom_attributes.plan, 'free');
});

test('a column that came out empty would clear them all: both rails are named, and let pass together', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 25 });
  const args = [
    file(
      'empty.csv',
      rowsFor(25, () => ({ [PLAN]: '' })),
    ),
    '--empty-cells',
    'clear',
  ];
  const { code, summary, stderr } = await sync(args);
  assert.equal(code, 3, stderr);
  assert.equal(sandbox.requests.filter(({ method }) => method !== 'GET').length, 2, 'two look-ups and no write');
  assert.deepEqual([summary.stopped_by, summary.outcomes.cancelled], ['column', 25]);
  assert.match(
    flat(stderr),
    /custom_attributes\.plan is empty in every row, .* 25 of 25 .*--allow column\..*--max-changed 100\./,
  );
  const passed = await sync([...args, '--allow', 'column', '--max-changed', '100']);
  assert.equal(passed.code, 0, passed.stderr);
  assert.equal(sandbox.contacts.get(9)?.custom_attributes.plan, undefined);
});

test('one value where contacts hold one or two is a correction, and empty cells that are left alone are nothing', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 30 });
  const two = rowsFor(30, (i) => ({ [PLAN]: i % 2 === 0 ? 'team' : 'pro' }));
  assert.equal((await sync([file('two.csv', two)])).code, 0);
  const before = puts(sandbox);
  const csv = rowsFor(30, () => ({ [PLAN]: 'free', 'custom_attributes.renewal': '' }));
  const { code, stderr } = await sync([file('correct.csv', csv), '--max-changed', '100']);
  assert.equal(code, 0, stderr);
  assert.equal(puts(sandbox) - before, 30);
});
