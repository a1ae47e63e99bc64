import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { forgetPlanFiles } from '../../src/commands/forget-plan.ts';

const DAY_S = 24 * 60 * 60;

test('files of a plan that was killed are removed after a day, those of runs are not', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cs-plan-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const now = Date.now();
  for (const [name, ageSeconds] of [
    ['plan_old', DAY_S + 60],
    ['plan_new', DAY_S - 60],
    ['run_old', 2 * DAY_S],
  ] as const) {
    mkdirSync(join(dir, 'runs', name), { recursive: true });
    writeFileSync(join(dir, 'runs', name, 'changes.ndjson'), '{}\n');
    utimesSync(join(dir, 'runs', name), now / 1000 - ageSeconds, now / 1000 - ageSeconds);
  }
  await forgetPlanFiles({ data_dir: dir }, now);
  assert.deepEqual(readdirSync(join(dir, 'runs')).sort(), ['plan_new', 'run_old']);
  await forgetPlanFiles({ data_dir: join(dir, 'not-there') }, now);
});
