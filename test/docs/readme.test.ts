import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ENVIRONMENT } from '../../config/schema.ts';
import { type Rig, rig, until } from '../journeys/rig.ts';
import { codeLines, page, words } from './markdown.ts';

const PROGRAM = 'node dist/src/cli.js ';
const SCRIPTS = JSON.parse(readFileSync('package.json', 'utf8')).scripts as Record<string, string>;

test('every command of the README works as it stands', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 2000 }, rails: 'on' });
  world.file('contacts.csv', readFileSync('examples/contacts.csv'));
  world.file('export.csv', 'Kunde,E-Mail,Tarif\n18,contact18@example.com,team\n19,contact19@example.com,team\n');
  const ran: string[] = [];
  for (const line of codeLines(page('README.md'), 'sh')) {
    if (line.startsWith(PROGRAM)) ran.push(await runs(world, words(line.slice(PROGRAM.length))));
    else if (line.startsWith('export ')) assert.ok(/^export (\w+)=/.exec(line)![1]! in ENVIRONMENT, line);
    else npm(line);
  }
  assert.deepEqual(ran, ['init', 'check', 'sync', 'sync', 'plan', 'apply', 'undo', 'enqueue', 'work']);
  assert.equal(world.sandbox.contacts.get(19)?.custom_attributes.plan, 'team');
});

/** `npm ci`, or a script that exists: the tests of the demo and this very run are about them. */
function npm(line: string): void {
  const [program, verb = '', script = ''] = words(line);
  assert.equal(program, 'npm', `nothing here runs "${line}"`);
  if (verb !== 'ci') assert.ok((verb === 'run' ? script : verb) in SCRIPTS, line);
}

/** Runs a command to its end; `work` until what was enqueued before is done. */
async function runs({ run, start }: Rig, args: string[]): Promise<string> {
  const [command] = args;
  if (command === 'work') {
    const worker = start(args);
    await until('the enqueued run is finished', async () => {
      const { stdout } = await run(['runs', '--json']);
      const { runs: all } = JSON.parse(stdout) as { runs: { command: string; status: string }[] };
      return all.some((one) => one.command === 'enqueue' && one.status === 'finished');
    });
    worker.child.kill('SIGTERM');
    assert.equal((await worker.ended).code, 143);
  } else {
    const { code, stderr } = await run(args);
    assert.equal(code, 0, stderr);
  }
  return command!;
}

test('the example configuration is valid, and syncs the example file with all of its columns', async (t) => {
  const { file, run, sandbox, sync } = await rig(t, { sandbox: { contacts: 2000 }, rails: 'on' });
  const config = file('example.yaml', readFileSync('examples/contact-sync.yaml'));
  file('contacts.csv', readFileSync('examples/contacts.csv'));
  const { code, summary } = await sync(['--config', config, 'contacts.csv', '--rate', '100000', '--limit', '20']);

  assert.equal(code, 0);
  assert.equal(summary.outcomes.updated, 20);
  assert.equal(sandbox.contacts.get(1)?.custom_attributes.account_owner, 'j.okafor');
  assert.equal((await run(['status', '--config', config])).code, 0);
});
