import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig, until } from './rig.ts';

test('a run that has to wait for room lets the writes of another one go as well, which fill it', async (t) => {
  const { sandbox, file, run, start } = await rig(t, { sandbox: { contacts: 200 } });
  file('contact-sync.yaml', 'high_water: 100\n');
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `contact${from + i}@example.com,Name ${from + i}`);
  // Neither fills the batches of its look-ups: a few rows of each wait for more as long as anything is read.
  file('first.csv', ['email,name', ...rows(1, 95)].join('\n'));
  file('second.csv', ['email,name', ...rows(101, 182)].join('\n'));
  const first = await run(['enqueue', 'first.csv', '--run-id', 'first', '--allow', 'changed']);
  assert.equal(first.code, 0, first.stderr);
  const second = start(['enqueue', 'second.csv', '--run-id', 'second', '--allow', 'changed']);
  await until('the second one waits for room', async () => {
    const { runs } = JSON.parse((await run(['status', '--json'])).stdout);
    return runs.some((each: { run: string; rows: number }) => each.run === 'second' && each.rows > 0);
  });

  const work = start(['work', '--quiet', '--log-level', 'warn']);
  const { code, stderr } = await second.ended;
  assert.equal(code, 0, stderr);
  await until('both are done', async () => JSON.parse((await run(['status', '--json'])).stdout).runs.length === 0);
  assert.equal(sandbox.counts.byRoute['PUT contacts/:id'], 177);
  work.child.kill('SIGTERM');
  await work.ended;
});
