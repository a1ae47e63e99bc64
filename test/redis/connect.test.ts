import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RedisClient } from '../../src/redis/connect.ts';
import { connect } from '../../src/redis/connect.ts';
import { RedisError, type RedisErrorCode } from '../../src/redis/error.ts';
import { findServer } from '../../src/redis/find.ts';
import { guard } from '../../src/redis/guard.ts';
import { freePort, startTestRedis, withRedis } from './server.ts';

/** Connects for the length of a test. */
async function connected(t: TestContext, ...args: Parameters<typeof connect>): Promise<RedisClient> {
  const client = await connect(...args);
  t.after(() => client.disconnect());
  return client;
}

function refusal(code: RedisErrorCode, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RedisError);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    assert.doesNotMatch(error.message, /geheim|falsch/);
    return true;
  };
}

test('connects over a unix socket, given as a URL or as a path, and over TCP', async (t) => {
  const redis = await startTestRedis(t, { tcp: true });
  for (const address of [redis.url, redis.socket, `unix://${redis.socket}`, `redis+unix://${redis.socket}?db=2`]) {
    const client = await connected(t, address, 'producer');
    assert.equal(await client.ping(), 'PONG');
  }
});

test('uses the database, the password and the ACL user of the URL', async (t) => {
  const redis = await startTestRedis(t, {
    tcp: true,
    args: ['--requirepass', 'geheim', '--user', 'sync', 'on', '>ge/heim@2', '~*', '&*', '+@all'],
  });
  const address = redis.url.replace('redis://', '');
  const byPassword = await connected(t, `redis://:geheim@${address}/3`, 'worker');
  await byPassword.set('where', 'three');
  const byUser = await connected(t, `redis://sync:ge%2Fheim%402@${address}/3`, 'worker');
  assert.equal(await byUser.get('where'), 'three');
  assert.equal(await byUser.acl('WHOAMI'), 'sync');
  const began = Date.now();
  for (const login of ['', ':falsch@', 'sync:falsch@']) {
    const attempt = connect(`redis://${login}${address}`, 'worker');
    await assert.rejects(attempt, refusal('redis-refused-login', /refused the login.*Check the user and the password/));
  }
  await assert.rejects(connect(`redis://:geheim@${address}/99`, 'worker'), refusal('redis-url', /no such database/));
  assert.ok(Date.now() - began < 4000, 'a refused login is not tried for 5 s');
});

test('an unreachable Redis is a sentence within the time given', async () => {
  const port = await freePort();
  const began = Date.now();
  await assert.rejects(
    connect(`redis://:geheim@127.0.0.1:${port}`, 'worker', { timeoutMs: 700 }),
    refusal(
      'redis-unreachable',
      /redis:\/\/:\*\*\*@127\.0\.0\.1:\d+\/0 cannot be reached: .*ECONNREFUSED.*Start it, or correct REDIS_URL/,
    ),
  );
  const took = Date.now() - began;
  assert.ok(took >= 600 && took < 3000, `${took} ms`);
  const elsewhere = { timeoutMs: 400 };
  await assert.rejects(connect('/nowhere.sock', 'producer', elsewhere), refusal('redis-unreachable', /ENOENT/));
  const sentinels = `redis+sentinel://127.0.0.1:${port}/main`;
  await assert.rejects(connect(sentinels, 'worker', elsewhere), refusal('redis-unreachable', /cannot be reached/));
  const cluster = `redis+cluster://127.0.0.1:${port}`;
  await assert.rejects(connect(cluster, 'worker', elsewhere), refusal('redis-unreachable', /cannot be reached/));
});

test('waits for a Redis that is just starting', async (t) => {
  const redis = await startTestRedis(t, { tcp: true });
  await redis.kill9();
  const connecting = connected(t, redis.url, 'producer');
  await redis.restart();
  assert.equal(await (await connecting).ping(), 'PONG');
});

test('a worker waits an outage out, a producer is told at once, and each outage is logged in two lines', async (t) => {
  const redis = await startTestRedis(t, { tcp: true, appendonly: true });
  const events: string[] = [];
  const log = (event: string): void => void events.push(event);
  const worker = await connected(t, redis.url, 'worker', { log });
  const producer = await connected(t, redis.url, 'producer');
  await worker.set('kept', 'yes');
  await redis.kill9();
  const began = Date.now();
  await assert.rejects(producer.get('kept'));
  assert.ok(Date.now() - began < 1000);
  const waiting = worker.get('kept');
  await new Promise((resolve) => setTimeout(resolve, 700));
  await redis.restart();
  assert.equal(await waiting, 'yes');
  assert.deepEqual(events, ['redis.lost', 'redis.back']);
});

test('a cluster is found through one of its nodes', async (t) => {
  const redis = await startTestRedis(t, {
    tcp: true,
    args: ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
  });
  const admin = redis.client();
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  while (!String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const client = await connected(t, redis.url.replace('redis://', 'redis+cluster://'), 'worker');
  await client.set('{cs}:one', '1');
  assert.equal(await client.get('{cs}:one'), '1');
  assert.equal((await guard(client)).warnings.length, 1);
});

test('sentinels are asked for the master', async (t) => {
  const redis = await startTestRedis(t, { tcp: true });
  const [host, port] = redis.url.replace('redis://', '').split(':');
  const { path } = await findServer();
  await withRedis(async (files) => {
    const sentinelPort = await freePort();
    const config = join(files.dir, 'sentinel.conf');
    writeFileSync(
      config,
      `port ${sentinelPort}\nbind 127.0.0.1\ndir ${files.dir}\nsentinel monitor main ${host} ${port} 1\n`,
    );
    const sentinel = spawn(path, [config, '--sentinel'], { stdio: 'ignore' });
    t.after(() => sentinel.kill('SIGKILL'));
    const client = await connected(t, `redis+sentinel://127.0.0.1:${sentinelPort}/main?db=1`, 'worker');
    await client.set('through', 'sentinel');
    const direct = redis.client();
    await direct.select(1);
    assert.equal(await direct.get('through'), 'sentinel');
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

test('rediss:// with a self-signed certificate', async (t) => {
  if (!hasOpenssl()) return t.skip('openssl is not installed');
  await withRedis(async (files) => {
    const cert = join(files.dir, 'cert.pem');
    const key = join(files.dir, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert, ...subject],
      {
        stdio: 'ignore',
      },
    );
    const port = await freePort();
    const args = [
      '--tls-port',
      String(port),
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      cert,
    ];
    let redis: Awaited<ReturnType<typeof startTestRedis>>;
    try {
      redis = await startTestRedis(t, { tcp: true, args: [...args, '--tls-auth-clients', 'no'] });
    } catch (error) {
      return t.skip(`this server cannot speak TLS: ${String(error).slice(0, 200)}`);
    }
    const address = `rediss://localhost:${port}`;
    const trusting = await connected(t, `${address}?ca=${cert}`, 'worker');
    assert.equal(await trusting.ping(), 'PONG');
    const careless = await connected(t, `${address}?verify=no`, 'worker');
    assert.equal(await careless.ping(), 'PONG');
    await assert.rejects(connect(address, 'worker'), refusal('redis-unreachable', /not trusted.*\?ca=/));
    await assert.rejects(connect(`${address}?ca=/nowhere`, 'worker'), refusal('redis-url', /\/nowhere.*ENOENT/));
    await assert.rejects(
      connect(redis.url.replace('redis://', 'rediss://'), 'worker', { timeoutMs: 1500 }),
      refusal('redis-unreachable', /does not speak TLS|gives no answer/),
    );
    await assert.rejects(
      connect(`redis://localhost:${port}`, 'worker', { timeoutMs: 1500 }),
      refusal('redis-unreachable', /cannot be reached/),
    );
  });
});
