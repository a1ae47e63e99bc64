import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Crm, startCrm } from '../fetch/crm.ts';
import { type Rig, type Running, rig, until } from './rig.ts';

const TOKEN = 'Bearer not-really-a-token';
const DAY = `run_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}_hubspot`;
const ENV = { HUBSPOT_AUTHORIZATION: TOKEN };

const FETCH = (url: string, more = '') => `
    fetch:
      url: ${url}/crm/v3/objects/contacts/{id}?properties=email,phone,plan
      headers: { authorization: 'env:HUBSPOT_AUTHORIZATION' }
      values: $.properties
      allow_private: true
      ${more}`;

const config = (fetch: string) => `
sources:
  hubspot:
    preset: hubspot
    verify: { scheme: none }
    match: [email]
    map: { plan: custom_attributes.tier }${fetch}
`;

interface Fetching extends Rig {
  crm: Crm;
  /** The plan that the CRM has for a record; undefined: no such record. */
  plans: Map<string, string>;
}

/** A CRM whose record n is contact n of the desk. */
async function fetching(t: TestContext): Promise<Fetching> {
  const plans = new Map<string, string>();
  const crm = await startCrm(t, (_n, path) => {
    const id = /contacts\/(\d+)/.exec(path)?.[1] ?? '';
    const plan = plans.get(id);
    if (plan === undefined) return { status: 404 };
    return { body: { id, properties: { email: `contact${id}@example.com`, plan } } };
  });
  const made = await rig(t, { sandbox: { contacts: 20 }, redis: 'appendonly' });
  made.file('contact-sync.yaml', config(FETCH(crm.url)));
  return { ...made, crm, plans };
}

/** HubSpot's word that a contact was created. */
async function created(serving: Running, id: number, event: number): Promise<void> {
  let url: string | undefined;
  await until('serve listens', () => {
    url = /listening on (http:\S+)/.exec(serving.stderr())?.[1];
    return url !== undefined;
  });
  const body = { eventId: event, objectId: id, subscriptionType: 'contact.creation', occurredAt: Date.now() - 1000 };
  const response = await fetch(`${url}/webhooks/hubspot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([body]),
  });
  assert.equal(response.status, 200, await response.text());
}

/** Looked up in Redis: asking the program so often would take most of the time. */
async function outcomesOf({ redis }: Rig): Promise<Record<string, number>> {
  const client = redis!.client();
  const [key = ''] = await client.keys(`*:run:${DAY}`);
  const counters = Object.entries(await client.hgetall(key)).filter(([name]) => name.startsWith('o:'));
  client.disconnect();
  return Object.fromEntries(counters.map(([name, n]) => [name.slice(2), Number(n)]));
}

test('a creation that carries only an id is fetched and written; whoever has no record is skipped', async (t) => {
  const world = await fetching(t);
  const { start, sandbox, plans, crm } = world;
  plans.set('1', 'gold');
  const serving = start(['serve', '--port', '0'], { env: ENV });
  await created(serving, 1, 1);
  await created(serving, 999, 2);
  await until('it is written', () => sandbox.contacts.get(1)?.custom_attributes.tier === 'gold');
  await until('both have ended', async () => {
    const { updated, skipped } = await outcomesOf(world);
    return updated === 1 && skipped === 1;
  });
  assert.equal(crm.requests[0]?.headers.authorization, TOKEN);
  assert.equal(crm.requests[0]?.path, '/crm/v3/objects/contacts/1?properties=email,phone,plan');
  assert.doesNotMatch(serving.stderr(), /not-really|contacts\/1|contact1@|gold/);
  serving.child.kill('SIGTERM');
  assert.equal((await serving.ended).code, 143);
});

test('killed between the event and its record: whoever works next fetches it, once', async (t) => {
  const world = await fetching(t);
  const { start, sandbox, plans, crm, redis } = world;
  plans.set('2', 'silver');
  const serving = start(['serve', '--port', '0', '--no-work']);
  await created(serving, 2, 1);
  serving.child.kill('SIGKILL');
  await serving.ended;
  const client = redis!.client();
  const jobs = await client.keys('*fetch-*');
  if (jobs.length > 0) await client.del(...jobs);
  assert.equal(crm.requests.length, 0, 'who takes events in only needs no credential and fetches nothing');
  const working = start(['work'], { env: ENV });
  await until('it is written', () => sandbox.contacts.get(2)?.custom_attributes.tier === 'silver');
  await until('its row has ended', async () => (await outcomesOf(world)).updated === 1);
  assert.equal(crm.requests.length, 1);
  assert.deepEqual(await client.keys('*:thin:*'), []);
  assert.equal(working.child.exitCode, null);
});

test('an event that was kept before, or could not be fetched, is fetched when it is replayed', async (t) => {
  const world = await fetching(t);
  const { start, run, file, sandbox, crm } = world;
  file('contact-sync.yaml', config(''));
  const without = start(['serve', '--port', '0']);
  await created(without, 3, 1);
  without.child.kill('SIGKILL');
  await without.ended;
  assert.deepEqual(await outcomesOf(world), { invalid: 1 });
  crm.answer = () => ({ status: 400 });
  file('contact-sync.yaml', config(FETCH(crm.url)));
  start(['work'], { env: ENV });
  const replay = async (reason: string) => {
    const { stdout, stderr } = await run(['events', 'replay', '--reason', reason, '--json']);
    assert.deepEqual(JSON.parse(stdout), { replayed: 1 }, stderr);
  };
  await replay('event-thin');
  await until('the CRM has refused it', async () => (await outcomesOf(world)).invalid === 2);
  crm.answer = () => ({ body: { properties: { email: 'contact3@example.com', plan: 'bronze' } } });
  await replay('fetch-failed');
  await until('it is written', () => sandbox.contacts.get(3)?.custom_attributes.tier === 'bronze');
  assert.equal(crm.requests.length, 2);
});

test('a fault of fetch is said at the start, with those of the senders', async (t) => {
  const { run, file, crm } = await fetching(t);
  const other = '  attio: { preset: attio, verify: { scheme: attio, secrets: ["env:ATTIO_SECRET"] } }\n';
  file('contact-sync.yaml', config(FETCH(crm.url)) + other);
  const [serve, work] = await Promise.all([run(['serve']), run(['work'])]);
  for (const { code, stderr } of [serve, work]) {
    assert.equal(code, 2, stderr);
    assert.match(
      stderr,
      /sources\.hubspot\.fetch\.headers\.authorization: the variable HUBSPOT_AUTHORIZATION is not set/,
    );
  }
  assert.match(serve.stderr, /sources\.attio\.verify\.secrets\.0/);
});
