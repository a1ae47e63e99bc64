import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { findServer } from '../../src/redis/find.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A folder for PATH with programs of these texts, as /bin/sh scripts. */
function programs(t: TestContext, texts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cs-path-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

function runSetup(
  PATH: string,
  env: NodeJS.ProcessEnv = {},
  ...flags: string[]
): { status: number | null; text: string } {
  const script = join(ROOT, 'scripts/setup.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...flags], {
    env: { PATH, ...env },
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

const says = (version: string): string => `echo "Redis server v=${version} sha=00000000:0 malloc=libc bits=64"`;

test('setup says nothing and does nothing where everything is there', (t) => {
  assert.deepEqual(runSetup(programs(t, { 'redis-server': says('7.2.4') })), { status: 0, text: '' });
  assert.deepEqual(runSetup('/nowhere', {}, '--no-redis'), { status: 0, text: '' });
  assert.deepEqual(runSetup('/nowhere', { REDIS_URL: 'redis://h' }, '--any-redis'), { status: 0, text: '' });
});

test('setup names the three ways out where nothing can be installed', (t) => {
  const { status, text } = runSetup(programs(t, { 'redis-server': says('6.0.16') }), { REDIS_URL: 'redis://h' });
  assert.equal(status, 1);
  for (const part of ['7.0.8+', 'install one yourself', 'set REDIS_URL', 'docker compose up'])
    assert.ok(text.includes(part), text);
});

test('setup installs the first package that brings a server', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, (t) => {
  const folder = programs(t, { env: 'shift\nexec "$@"', apk: '' });
  const brings = `if [ "$3" = valkey ]; then\nprintf '#!/bin/sh\\necho "Valkey server v=8.1.1"' > ${folder}/valkey-server\n/bin/chmod 755 ${folder}/valkey-server\nfi`;
  writeFileSync(join(folder, 'apk'), `#!/bin/sh\n${brings}\n`);
  const { status, text } = runSetup(folder);
  assert.equal(status, 0, text);
  assert.match(text, /apk add --no-cache redis\).*\n.*apk add --no-cache valkey\)/);
});

test('a server binary is found by name, by environment, and passed over when it is too old', async (t) => {
  const valkey = 'echo "Valkey server v=8.1.1 sha=0"';
  const both = programs(t, { 'redis-server': says('6.2.0'), 'valkey-server': valkey, other: says('7.4.1') });
  assert.deepEqual(await findServer({ PATH: both }), {
    path: join(both, 'valkey-server'),
    kind: 'valkey',
    version: '8.1.1',
  });
  const named = { PATH: both, CONTACT_SYNC_REDIS_SERVER: 'other' };
  assert.deepEqual(await findServer(named), { path: join(both, 'other'), kind: 'redis', version: '7.4.1' });
  const old = { PATH: both, CONTACT_SYNC_REDIS_SERVER: join(both, 'redis-server') };
  await assert.rejects(findServer(old), /which is redis 6\.2\.0; Redis 7\.0\.8 or newer.*Correct it, or unset it/);
  const wrong = { PATH: both, CONTACT_SYNC_REDIS_SERVER: '/bin/true' };
  await assert.rejects(findServer(wrong), /not a Redis or Valkey server/);
  const apk = programs(t, { apk: '', 'redis-server': says('6.2.0') });
  await assert.rejects(
    findServer({ PATH: apk }),
    /too old.*6\.2\.0.*apk add redis; or set REDIS_URL.*docker compose up/,
  );
});

test('docker-compose.yml runs Redis as the guard wants it, and everything without root and read-only', () => {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, Record<string, unknown>> };
  const command = (services.redis!.command as string[]).join(' ');
  for (const part of ['--appendonly yes', '--maxmemory-policy noeviction', '--hash-max-listpack-value 512']) {
    assert.ok(command.includes(part), part);
  }
  for (const [name, service] of Object.entries(services)) assert.equal(service.read_only, true, name);
  assert.match(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'), /^USER node$/m);
});
