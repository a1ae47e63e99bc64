import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { freePort } from '../redis/server.ts';
import { type Rig, rig, until } from './rig.ts';

const CONFIG = `
sources:
  desk:
    preset: chatwoot
    verify: { scheme: chatwoot, secrets: ['env:DESK_SECRET'] }
`;
const SECRET = 'not-really-a-secret';
const CONTACTS = 20;
const START = Date.UTC(2026, 0, 1);

interface Listening extends Rig {
  /** Syncs the same file again; the calls it made and what became of its rows. */
  again(): Promise<{ calls: Record<string, number>; updated: number; unchanged: number }>;
  /** Posts an event as the desk would, signed; the status it was answered with. */
  post(body: object, secret?: string): Promise<number>;
  /** Counters of the source. */
  counters(): Promise<Record<string, string>>;
}

/** A desk whose twenty contacts were synced and are remembered, and `serve` that listens to it. */
async function listening(t: TestContext, secret = SECRET, port = 0): Promise<Listening> {
  const made = await rig(t, { sandbox: { contacts: CONTACTS, version: '4.15' } });
  return { ...made, ...(await serving(made, secret, port)) };
}

async function serving(made: Rig, secret: string, port: number): Promise<Omit<Listening, keyof Rig>> {
  made.file('contact-sync.yaml', CONFIG);
  const rows = Array.from({ length: CONTACTS }, (_, i) => `contact${i + 1}@example.com,New ${i + 1},gold`);
  made.file('rows.csv', ['email,name,custom_attributes.tier', ...rows].join('\n'));
  const env = { DESK_SECRET: secret };
  const running = made.start(['serve', '--port', String(port)], { env });
  let url: string | undefined;
  await until('serve listens', () => {
    url = /listening on (http:\S+)/.exec(running.stderr())?.[1];
    return url !== undefined;
  });
  const again: Listening['again'] = async () => {
    const { outcomes, calls } = (await made.sync(['rows.csv'], { env })).summary;
    const { total: _total, other: _preflight, ...rest } = calls as Record<string, number>;
    const made_calls = Object.fromEntries(Object.entries(rest).filter(([, n]) => n > 0));
    return { calls: made_calls, updated: outcomes.updated, unchanged: outcomes.unchanged };
  };
  return {
    again,
    async post(body, signedWith = secret) {
      const text = JSON.stringify(body);
      const seconds = Math.floor(Date.now() / 1000);
      const digest = createHmac('sha256', signedWith).update(`${seconds}.${text}`).digest('hex');
      const response = await fetch(`${url}/webhooks/desk`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-chatwoot-timestamp': String(seconds),
          'x-chatwoot-signature': `sha256=${digest}`,
        },
        body: text,
      });
      await response.text();
      return response.status;
    },
    async counters() {
      const client = made.redis!.client();
      const [key] = await client.keys('*:source:desk');
      return key === undefined ? {} : client.hgetall(key);
    },
  };
}

/** An update of a contact as the sandbox holds it; `from` and `to` are minutes of its chain. */
function updated({ sandbox }: Rig, id: number, [from, to]: [number, number], changed: object = {}, more = {}): object {
  const { name, email, phone_number, identifier, blocked, custom_attributes, additional_attributes } =
    sandbox.contacts.get(id)!;
  const at = (minute: number) => new Date(START + minute * 60_000).toISOString();
  const all = { ...changed, updated_at: { previous_value: at(from), current_value: at(to) } };
  return {
    account: { id: sandbox.account, name: 'Sandbox' },
    ...{ additional_attributes, avatar: '', custom_attributes, email, id, identifier, name, phone_number, blocked },
    event: 'contact_updated',
    changed_attributes: Object.entries(all).map(([key, values]) => ({ [key]: values })),
    ...more,
  };
}

const NONE = { calls: {}, updated: 0, unchanged: CONTACTS };
const ONE = { calls: { filter: 1, update: 1 }, updated: 1, unchanged: CONTACTS - 1 };
const LOOKED_UP = { calls: { filter: 1 }, updated: 0, unchanged: CONTACTS };
const named = (previous_value: string, current_value: string) => ({ name: { previous_value, current_value } });

test("an agent's edit is heard: the next sync of the same file writes that contact again, and no other", async (t) => {
  const world = await listening(t);
  const { again, post, sandbox, counters, run } = world;
  assert.equal((await again()).updated, CONTACTS);
  assert.deepEqual(await again(), NONE);
  sandbox.contacts.edit(7, { name: 'By an agent' });
  assert.deepEqual(await again(), NONE, 'nobody has told yet');
  assert.equal(await post(updated(world, 7, [0, 1], named('New 7', 'By an agent'))), 200);
  assert.equal(sandbox.contacts.get(7)!.name, 'By an agent', 'the event itself writes nothing');
  assert.deepEqual(await again(), ONE);
  assert.equal(sandbox.contacts.get(7)!.name, 'New 7');
  assert.deepEqual(await again(), NONE);
  assert.deepEqual(await counters(), { taken: '1' });
  assert.doesNotMatch((await run(['runs'])).stdout, /_desk/, 'an event of the desk is no row of a run');
});

test('an echo, bookkeeping, and what is not authentic change nothing', async (t) => {
  const world = await listening(t);
  const { again, post, counters } = world;
  await again();
  assert.equal(await post(updated(world, 7, [0, 1], named('Contact 7', 'New 7'))), 200);
  const talked = { last_activity_at: { previous_value: null, current_value: '2026-01-01T00:02:00Z' } };
  assert.equal(await post(updated(world, 7, [1, 2], talked, { name: 'not looked at' })), 200);
  const forged = updated(world, 8, [0, 1], named('New 8', 'Forged'), { name: 'Forged' });
  assert.equal(await post(forged, 'another'), 401);
  assert.deepEqual(await again(), NONE);
  await until('all are counted', async () => (await counters()).unauthentic !== undefined);
  assert.deepEqual(await counters(), { taken: '2', echo: '1', bookkeeping: '1', unauthentic: '1' });
});

test('after a lost event the contact is looked up again; what comes late or twice says nothing', async (t) => {
  const world = await listening(t);
  const { again, post, sandbox, counters } = world;
  await again();
  const first = updated(world, 7, [0, 1], named('Contact 7', 'New 7'));
  await post(first);
  await post(updated(world, 7, [2, 3], named('Other', 'New 7')));
  assert.deepEqual(await again(), LOOKED_UP);
  assert.deepEqual(await again(), NONE);
  sandbox.contacts.edit(7, { custom_attributes: { tier: 'silver' } });
  await post(updated(world, 7, [1, 2], named('New 7', 'Other'), { name: 'Other' }));
  await post(updated(world, 7, [2, 3], named('Other', 'New 7')));
  assert.deepEqual(await again(), NONE);
  await post(updated(world, 7, [5, 6], named('Other', 'New 7')));
  assert.deepEqual(await again(), ONE, 'the lost event was an edit');
  assert.equal(sandbox.contacts.get(7)!.custom_attributes.tier, 'gold');
  assert.deepEqual(await counters(), {
    taken: '4',
    echo: '1',
    broken_chain: '2',
    out_of_order: '1',
    duplicates: '1',
  });
});

test('as the desk itself delivers: our own writes are echoes, and an edit is found again', async (t) => {
  const made = await rig(t, { sandbox: { contacts: CONTACTS, version: '4.15' } });
  const port = await freePort();
  const webhook = {
    url: `http://127.0.0.1:${port}/webhooks/desk`,
    subscriptions: ['contact_created', 'contact_updated'],
  };
  const created = await fetch(`${made.sandbox.url}/api/v1/accounts/${made.sandbox.account}/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', api_access_token: 'T' },
    body: JSON.stringify({ webhook }),
  });
  const { secret } = ((await created.json()) as { payload: { webhook: { secret: string } } }).payload.webhook;
  const { again, counters } = await serving(made, secret, port);
  const taken = (n: number) => until(`${n} events are heard`, async () => Number((await counters()).taken) === n);
  assert.equal((await again()).updated, CONTACTS);
  await taken(CONTACTS);
  assert.deepEqual(await again(), NONE);
  made.sandbox.contacts.edit(7, { name: 'By an agent' });
  made.sandbox.contacts.edit(8, { last_activity_at: 1_700_000_000 });
  await taken(CONTACTS + 2);
  assert.deepEqual(await again(), ONE);
  await taken(CONTACTS + 3);
  assert.deepEqual(await again(), NONE);
  assert.equal((await counters()).broken_chain, undefined);
});
