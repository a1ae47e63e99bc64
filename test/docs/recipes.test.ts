import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { type Rig, rig, until } from '../journeys/rig.ts';
import { codeBlocks, page } from './markdown.ts';

/** Standing in for every variable that a page takes a secret from. */
const SECRET = 'a-secret-of-the-tests';

interface Served extends Rig {
  /** The JSON of the page, byte by byte. */
  body: string;
  /** Sends it to `/webhooks/<path>`; returns the status it was answered with. */
  post(path: string, headers: Record<string, string>): Promise<number>;
  /** Any request. */
  ask(path: string, init: RequestInit): Promise<Response>;
}

/** `serve` with a configuration of a page as it stands there; only Redis and the port are those of the test. */
async function served(
  t: TestContext,
  path: string,
  { block = 0, more = {} }: { block?: number; more?: Record<string, unknown> } = {},
): Promise<Served> {
  const world = await rig(t, { sandbox: { contacts: 20 }, redis: 'appendonly' });
  const text = codeBlocks(page(path), 'yaml')[block]!;
  const { redis: _of, ...settings } = parse(text) as Record<string, unknown>;
  world.file('contact-sync.yaml', stringify({ ...settings, ...more }));
  const variables = [...text.matchAll(/env:(\w+)/g)].map(([, name]) => [name!, SECRET]);
  assert.ok(variables.length > 0, `${path}: a secret stands in the file`);
  const serving = world.start(['serve', '--port', '0'], { env: Object.fromEntries(variables) });
  const body = codeBlocks(page(path), 'json')[0]!;
  let url: string | undefined;
  await until('serve listens', () => {
    assert.equal(serving.child.exitCode, null, serving.stderr());
    url = /listening on (http:\S+)/.exec(serving.stderr())?.[1];
    return url !== undefined;
  });
  const ask: Served['ask'] = async (to, init) => {
    const response = await fetch(`${url}${to}`, init);
    await response.clone().text();
    return response;
  };
  return {
    ...world,
    body,
    ask,
    async post(to, headers) {
      const sent = { 'content-type': 'application/json', ...headers };
      return (await ask(`/webhooks/${to}`, { method: 'POST', headers: sent, body })).status;
    },
  };
}

const CLI = resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');

/** Runs lines of a page in a shell that knows the program, and a CRM that exports what the page shows; returns what is said. */
function inShell({ dir, env }: Rig, script: string, csv: string): Promise<string> {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(dir, 'crm.csv'), `${csv}\n`);
  const program = (name: string, line: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  program('crm-export', 'exec cat crm.csv');
  program('contact-sync', `exec "${process.execPath}" "${CLI}" "$@"`);
  return new Promise((done, failed) => {
    execFile('sh', ['-ec', script], { cwd: dir, env: { ...env, PATH: `${bin}:${env.PATH}` } }, (error, _out, said) =>
      error === null ? done(said) : failed(new Error(said)),
    );
  });
}

const writes = ({ sandbox }: Rig) => sandbox.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD');

function hmac(algorithm: 'sha1' | 'sha256', encoding: 'hex' | 'base64', text: string): string {
  return createHmac(algorithm, SECRET).update(text).digest(encoding);
}

test('the delivery of the page about webhooks is taken and written', async (t) => {
  const { sandbox, post } = await served(t, 'docs/webhooks.md');
  assert.equal(await post('app', { authorization: 'Bearer wrong' }), 401);
  assert.equal(await post('app', { authorization: `Bearer ${SECRET}` }), 200);
  await until('it is written', () => sandbox.contacts.get(7)?.name === 'Ada Seven');
  assert.equal(sandbox.contacts.get(7)?.custom_attributes.plan, 'team');
});

test('deliveries are answered as the page about webhooks says', async (t) => {
  const few = {
    serve: { body_limit: 1024 },
    sources: { one: { preset: 'generic', verify: { scheme: 'bearer', secrets: ['env:APP_TOKEN'] }, rate: 1 } },
  };
  const { ask, body } = await served(t, 'docs/webhooks.md', { more: few });
  const method = 'POST';
  assert.equal((await ask('/webhooks/two', { method, body })).status, 404);
  assert.equal((await ask('/webhooks/one', { method: 'GET' })).status, 405);
  assert.equal((await ask('/elsewhere', { method, body })).status, 404);
  assert.equal((await ask('/healthz', { method: 'GET' })).status, 200);
  assert.equal((await ask('/readyz', { method: 'GET' })).status, 200);
  await until('a second without a delivery is there', async () => {
    return (await ask('/webhooks/one', { method, body: body.padEnd(2000) })).status === 413;
  });
  const many = await Promise.all(Array.from({ length: 20 }, () => ask('/webhooks/one', { method, body })));
  const turnedAway = many.filter(({ status }) => status === 429);
  assert.ok(turnedAway.length >= 17, `${turnedAway.length} of 20 within a second or two`);
  for (const { headers } of turnedAway) assert.match(headers.get('retry-after') ?? '', /^[1-9]$/);
});

test('HubSpot: a changed property becomes one write of that property', async (t) => {
  const world = await served(t, 'docs/recipes/hubspot.md');
  const { id } = world.sandbox.contacts.add({ name: 'Zoe', identifier: '1246965' });
  const time = String(Date.now());
  const signed = `POSThttps://sync.example.com/webhooks/hubspot${world.body}${time}`;
  const headers = {
    'x-hubspot-request-timestamp': time,
    'x-hubspot-signature-v3': hmac('sha256', 'base64', signed),
  };
  assert.equal(await world.post('hubspot?again=1', headers), 401);
  assert.equal(await world.post('hubspot', headers), 200);
  const held = () => world.sandbox.contacts.get(id)?.custom_attributes.lifecycle_stage;
  await until('it is written', () => held() === 'customer');
  assert.equal(writes(world).filter(({ method }) => method === 'PUT').length, 1);
  assert.equal(world.sandbox.contacts.get(id)?.name, 'Zoe');
});

test('Segment: an identify call creates the person, and writes to it when it is there', async (t) => {
  const { body, post, sandbox } = await served(t, 'docs/recipes/segment.md');
  assert.equal(await post('segment', { 'x-signature': hmac('sha1', 'hex', `${body} `) }), 401);
  assert.equal(await post('segment', { 'x-signature': hmac('sha1', 'hex', body) }), 200);
  const found = () => sandbox.contacts.all().filter(({ identifier }) => identifier === 'user-97');
  await until('it is created', () => found().length > 0);
  const [{ name, email, custom_attributes: custom, additional_attributes: additional }] = found() as [
    ReturnType<typeof found>[number],
  ];
  assert.deepEqual([name, email, custom.plan, additional.city], ['Ana Ito', 'ana.ito@example.com', 'team', 'Lyon']);
});

test('Chatwoot: what the desk tells is taken, signed or by the secret in its address', async (t) => {
  const signing = await served(t, 'docs/recipes/chatwoot.md');
  const time = String(Math.floor(Date.now() / 1000));
  const headers = {
    'x-chatwoot-delivery': randomUUID(),
    'x-chatwoot-timestamp': time,
    'x-chatwoot-signature': `sha256=${hmac('sha256', 'hex', `${time}.${signing.body}`)}`,
  };
  assert.equal(await signing.post('desk', { ...headers, 'x-chatwoot-timestamp': String(Number(time) - 1) }), 401);
  assert.equal(await signing.post('desk', headers), 200);

  const older = await served(t, 'docs/recipes/chatwoot.md', { block: 1 });
  assert.equal(await older.post('desk', {}), 401);
  assert.equal(await older.post(`desk/${SECRET}`, {}), 200);
});

test('nightly: what events lost is set right, with the lines of the page', async (t) => {
  const path = 'docs/recipes/nightly.md';
  const world = await served(t, path);
  const { sandbox, post } = world;
  for (const n of [7, 8, 9]) sandbox.contacts.edit(n, { identifier: `crm-${n}` });
  assert.equal(await post('app', { authorization: `Bearer ${SECRET}` }), 200);
  await until('the event is written', () => sandbox.contacts.get(7)?.name === 'Ada Seven');
  const said = await inShell(world, codeBlocks(page(path), 'sh')[0]!, codeBlocks(page(path), 'csv')[0]!);
  const sentence = /stands how many contacts differed: `(.*?)`/.exec(page(path).text)![1]!;
  assert.ok(said.trimEnd().endsWith(sentence), said);
  const held = [7, 8, 9].map((n) => sandbox.contacts.get(n)!);
  assert.deepEqual(
    held.map(({ name, custom_attributes: { plan } }) => [name, plan]),
    [
      ['Ada Seven', 'team'],
      ['Ben Eight', 'free'],
      ['Cleo Nine', 'team'],
    ],
  );
});
