import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OUTCOMES } from '../../src/run/outcome.ts';
import type { Summary } from '../../src/run/summary.ts';
import { outcomesIn, rig } from './rig.ts';

/** Every row of a summary is in one outcome. */
function assertBalance({ rows, outcomes }: Summary): void {
  assert.equal(
    OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0),
    rows,
  );
}

test('the demo runs with nothing set up, its books balance, and the second run writes nothing', async (t) => {
  const { dir, run } = await rig(t, { redis: 'embedded' });
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary);
  const unset = { CHATWOOT_BASE_URL: '', CHATWOOT_ACCOUNT_ID: '', CHATWOOT_API_ACCESS_TOKEN: '' };
  const { code, stdout, stderr } = await run(['demo', '--json'], { env: { ...unset, TMPDIR: temporary } });

  assert.equal(code, 0, stderr);
  const { first, again } = JSON.parse(stdout) as { first: Summary; again: Summary };
  assertBalance(first);
  assertBalance(again);
  assert.ok(first.rows > 350 && first.outcomes.updated > 50 && first.outcomes.unchanged > 250);
  assert.equal(first.calls.update + first.calls.clear, first.outcomes.updated);
  assert.equal(again.calls.update + again.calls.clear, 0);
  assert.equal(again.outcomes.unchanged, first.outcomes.unchanged + first.outcomes.updated);
  assert.match(stderr, /19 rows need attention, as intended/);
  assert.equal(outcomesIn(join(dir, 'reports', first.run)).length, first.rows);
  for (const file of ['summary.json', 'needs-attention.csv', 'report.html'])
    assert.ok(existsSync(join(dir, 'reports', first.run, file)), file);
  // Nothing stays behind but the report.
  assert.deepEqual(readdirSync(temporary), []);
  assert.deepEqual(readdirSync(dir).sort(), ['reports', 'tmp']);
});

test('the demo takes no notice of the accounts and settings that are there', async (t) => {
  const { sandbox, env, file, run } = await rig(t, { sandbox: { contacts: 5 } });
  assert.ok(env.REDIS_URL !== undefined);
  file('contact-sync.yaml', 'match: [id]\nno_such_setting: 1\n');
  const { code, stderr } = await run(['demo'], { env: { LOG_LEVEL: 'trace', CONTACT_SYNC_DATA_DIR: '/proc/none' } });

  assert.equal(code, 0, stderr);
  assert.equal(sandbox.requests.length, 0);
  assert.doesNotMatch(stderr, /"level":/);
});

test('where no server can be started, the demo uses the Redis of REDIS_URL and leaves nothing in it', async (t) => {
  const { redis, run } = await rig(t);
  const { code, stderr } = await run(['demo', '--quiet'], { env: { PATH: '/nowhere' } });

  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  assert.equal(await redis!.client().dbsize(), 0);
});

test('interrupted, the demo tidies up and says so', async (t) => {
  const { dir, start } = await rig(t, { redis: 'embedded' });
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary);
  const demo = start(['demo'], { env: { TMPDIR: temporary } });
  await new Promise<void>((resolve) =>
    demo.child.stderr!.on('data', () => demo.stderr().includes('ignored columns') && resolve()),
  );
  demo.child.kill('SIGTERM');
  const { code, stderr } = await demo.ended;

  assert.equal(code, 143, stderr);
  assert.match(stderr, /there is nothing to continue/);
  assert.deepEqual(readdirSync(temporary), []);
});

test('the sample file is the one its generator makes', async () => {
  const { contactsCsv, contactsOutcomes } = await import('../../scripts/examples.ts');
  const { FIRST_TIME } = await import('../../src/commands/demo/expected.ts');
  assert.equal(readFileSync('examples/contacts.csv', 'utf8'), contactsCsv(), 'run: npx tsx scripts/examples.ts');
  assert.deepEqual(contactsOutcomes(), FIRST_TIME);
});
