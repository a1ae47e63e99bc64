import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { rig } from './rig.ts';

/** A process that is told to end has so long for it here, in milliseconds: nothing is under way. */
const END_WITHIN_MS = 10_000;

/** When it is told so, in milliseconds after its start: before, while and after it begins to work. */
const MOMENTS = [150, 220, 260, 300, 330, 360, 390, 420, 460, 520, 700];

test('work and serve end when they are told so at any moment of their beginning', async (t) => {
  const { start, file } = await rig(t);
  file(
    'contact-sync.yaml',
    'sources: { crm: { preset: generic, verify: { scheme: bearer, secrets: ["env:SECRET"] } } }\n',
  );
  const endOf = async (args: string[], ms: number) => {
    const { child, ended } = start(args, { env: { SECRET: 'a-secret-of-the-crm-that-is-long' } });
    await sleep(ms);
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
    const { code, stderr } = await ended;
    clearTimeout(late);
    return { ms, end: code ?? child.signalCode, stderr };
  };
  for (const args of [['work'], ['serve', '--port', '0']]) {
    for (let i = 0; i < MOMENTS.length; i += 4) {
      const ends = await Promise.all(MOMENTS.slice(i, i + 4).map((ms) => endOf(args, ms)));
      // SIGTERM: it was not even there yet.
      for (const { ms, end, stderr } of ends)
        assert.ok(end === 143 || end === 'SIGTERM', `${args[0]} at ${ms} ms: ${end}\n${stderr}`);
    }
  }
});
