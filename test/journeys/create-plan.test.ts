import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/plan/entry.ts';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { Summary } from '../../src/run/summary.ts';
import { outcomesIn, type Rig, rig } from './rig.ts';

const CSV = [
  'email,name,phone_number',
  'contact1@example.com,Known,',
  'ann@new.test,Ann,+15559990001',
  'ben@new.test,Ben,#N/A',
  'cleo@new.test,Cleo,',
  'ann@new.test,Ann Last,',
].join('\n');

/** Runs a command with --json to its end. */
async function json<T>({ run }: Rig, args: string[]): Promise<{ code: number | null; said: T; stderr: string }> {
  const { code, stdout, stderr } = await run([...args, '--json']);
  assert.notEqual(stdout, '', stderr);
  return { code, said: JSON.parse(stdout) as T, stderr };
}

async function outcomes(world: Rig, args: string[]): Promise<{ code: number | null; ended: OutcomeRecord[] }> {
  const { code, said } = await json<Summary>(world, args);
  return { code, ended: outcomesIn(said.report_dir) };
}

const brief = (ended: readonly OutcomeRecord[]) =>
  ended.map(({ outcome, reason, contact_id }) => [outcome, reason, contact_id]);

test('a plan says what would be created, apply creates it, and leaves alone what exists by then', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 2 } });
  const { sandbox, file } = world;
  file('contacts.csv', CSV);
  const plan = await json<Plan & { changes: { outcome: string; changes: { field: string; after: string }[] }[] }>(
    world,
    ['plan', 'contacts.csv', '--on-missing', 'create', '--out', 'plan.ndjson'],
  );
  assert.deepEqual([plan.said.outcomes.created, plan.said.outcomes.merged, plan.said.calls.create], [3, 1, 3]);
  assert.equal(sandbox.contacts.count, 2, 'a plan creates nobody');
  const ben = plan.said.changes.find(({ changes }) => changes.some(({ after }) => after === '"Ben"'))!;
  assert.deepEqual(ben.changes.map(({ field }) => field).sort(), ['email', 'name'], 'what is not there is not cleared');
  const { id } = sandbox.contacts.add({ email: 'cleo@new.test', name: 'Somebody else was quicker' });

  const { code, ended } = await outcomes(world, ['apply', 'plan.ndjson']);
  assert.equal(code, 0);
  assert.deepEqual(
    brief(ended)
      .map(([outcome, reason]) => [outcome, reason])
      .sort(),
    [
      ['created', null],
      ['created', null],
      ['skipped', 'drifted'],
      ['updated', null],
    ],
  );
  assert.equal(sandbox.contacts.get(id)!.name, 'Somebody else was quicker');
  const made = sandbox.contacts.all().filter(({ id: one }) => one > id);
  assert.deepEqual(made.map(({ name, phone_number }) => [name, phone_number]).sort(), [
    ['Ann Last', '+15559990001'],
    ['Ben', null],
  ]);
});

test('an undo lists what was created; with --delete-created it deletes what nobody touched', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 2 } });
  const { sandbox, file, sync } = world;
  const more = ['dan@new.test,Dan,', 'eve@new.test,Eve,', 'fay@new.test,Fay,'];
  const { summary } = await sync([file('contacts.csv', `${CSV}\n${more.join('\n')}`), '--on-missing', 'create']);
  assert.equal(summary.outcomes.created, 6);
  const idOf = (email: string) => sandbox.contacts.all().find((one) => one.email === email)!.id;
  const [ann, ben, cleo] = [idOf('ann@new.test'), idOf('ben@new.test'), idOf('cleo@new.test')];
  const [dan, eve, fay] = [idOf('dan@new.test'), idOf('eve@new.test'), idOf('fay@new.test')];

  const listed = await outcomes(world, ['undo', summary.run]);
  assert.deepEqual(
    listed.ended.filter(({ outcome }) => outcome === 'skipped').map(({ reason }) => reason),
    Array(6).fill('created-by-run'),
  );
  assert.equal(listed.ended.filter(({ outcome }) => outcome === 'updated').length, 1);
  assert.equal(sandbox.contacts.count, 8, 'undo deletes nothing by itself');

  const agent = await world.run(['undo', summary.run, '--delete-created'], {
    env: { CHATWOOT_API_ACCESS_TOKEN: 'T-agent' },
  });
  assert.equal(agent.code, 2);
  assert.match(agent.stderr, /only administrators may delete contacts\. Set CHATWOOT_API_ACCESS_TOKEN/);

  sandbox.contacts.edit(ben, { name: 'Edited by an agent' });
  sandbox.contacts.edit(dan, { custom_attributes: { noted: 'by an agent' } });
  sandbox.contacts.edit(eve, { last_activity_at: 1_700_000_000 });
  const { code, ended } = await outcomes(world, ['undo', summary.run, '--delete-created']);
  assert.equal(code, 0);
  const of = (id: number) => ended.find(({ contact_id }) => contact_id === id)!;
  for (const id of [ann, cleo, fay]) {
    assert.equal(of(id).outcome, 'updated');
    assert.equal(sandbox.contacts.get(id), undefined);
  }
  assert.deepEqual([of(ben).outcome, of(ben).reason, of(ben).fields], ['skipped', 'edited_since', ['name']]);
  assert.deepEqual(of(dan).fields, ['custom_attributes.noted']);
  assert.deepEqual(of(eve).fields, ['last_activity_at'], 'with it a conversation would be deleted');
  assert.equal(sandbox.contacts.count, 5);
});
