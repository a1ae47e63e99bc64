import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { BAIT, commandLinesOf, traces, tracesInFiles } from './bait.ts';
import { rig, until } from './rig.ts';

/** Everything below a directory that others may read, write or enter, with its mode. */
function openToOthers(dir: string): string[] {
  return readdirSync(dir, { recursive: true }).flatMap((name) => {
    const { mode } = lstatSync(path.join(dir, String(name)));
    return (mode & 0o077) === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`];
  });
}

test('what a run makes is for its owner alone under any mask, and the local Redis keeps no value when it has ended', async (t) => {
  const { dir, env, file, start, sandbox } = await rig(t, { redis: 'embedded', sandbox: { token: BAIT.token } });
  env.CONTACT_SYNC_UNDO_KEY = BAIT.undoKey;
  env.CHATWOOT_API_ACCESS_TOKEN = BAIT.token;
  for (const who of ['a', 'b']) sandbox.contacts.add({ email: BAIT.email(who), name: BAIT.name(0) });
  sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'delay', ms: 700 } });
  const mask = process.umask(0);
  t.after(() => process.umask(mask));
  const rows = ['a', 'b', 'nobody'].map((who, i) => `${BAIT.email(who)},${BAIT.name(i + 1)}`).join('\n');
  const running = start(['sync', '-', '--report-dir', 'out/mine'], { input: `email,name\n${rows}\n` });
  await until('it writes', () => sandbox.requests.some(({ method }) => method === 'PUT'));
  assert.deepEqual(openToOthers(path.join(dir, '.contact-sync')), [], 'socket, logs, locks and copies, while it runs');
  const lines = commandLinesOf(dir);
  assert.ok(lines.some((line) => /redis-server|valkey/.test(line)) && lines.some((line) => line.includes('keeper.js')));
  assert.deepEqual(traces('command line', lines.join('\n')), []);
  const { code, stderr } = await running.ended;
  assert.equal(code, 1, stderr);
  const plan = await start(['plan', file('rows.csv', `email,name\n${rows}`), '--out', 'plans/p.ndjson']).ended;
  assert.equal(plan.code, 1, plan.stderr);
  for (const made of ['.contact-sync', 'out', 'plans']) {
    assert.ok(readdirSync(path.join(dir, made)).length > 0, made);
    assert.equal(lstatSync(path.join(dir, made)).mode & 0o777, 0o700, made);
    assert.deepEqual(openToOthers(path.join(dir, made)), []);
  }
  assert.deepEqual(tracesInFiles(path.join(dir, '.contact-sync', 'redis'), /^$/), []);
});

test('a link that somebody has put where a report goes is not followed', async (t) => {
  const { dir, file, run } = await rig(t, { sandbox: { contacts: 2 } });
  file('rows.csv', 'email,name\ncontact1@example.com,Other\n');
  file('victim', 'precious');
  for (const name of ['run.log', 'outcomes.ndjson', 'summary.json', 'report.html']) {
    mkdirSync(path.join(dir, name, 'r'), { recursive: true });
    symlinkSync(path.join(dir, 'victim'), path.join(dir, name, 'r', name));
  }
  for (const name of ['run.log', 'outcomes.ndjson']) {
    const { code, stderr } = await run(['sync', 'rows.csv', '--report-dir', `${name}/r`]);
    assert.ok(code === 2 || code === 3, stderr);
    assert.match(stderr, new RegExp(`${name}.* is a link to another file`));
  }
  // These two are put in place whole, so the link itself is replaced or stands in nobody's way.
  for (const name of ['summary.json', 'report.html']) await run(['sync', 'rows.csv', '--report-dir', `${name}/r`]);
  assert.equal(readFileSync(path.join(dir, 'victim'), 'utf8'), 'precious');
});
