import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RedisError, type RedisErrorCode } from '../../src/redis/error.ts';
import { guard, judge } from '../../src/redis/guard.ts';
import { withRedis } from './server.ts';

/** A check for assert.throws and assert.rejects: a RedisError of this code whose text matches. */
function refusal(code: RedisErrorCode, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RedisError);
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  };
}

const GOOD = 'role:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n';

test('accepts a durable server and warns about nothing', async () => {
  await withRedis(
    async (redis) => {
      const report = await guard(redis.client());
      assert.match(report.version, /^\d+\.\d+\.\d+$/);
      assert.ok(report.server === 'redis' || report.server === 'valkey');
      assert.deepEqual(report.warnings, []);
    },
    { appendonly: true },
  );
});

test('refuses a server that evicts, with the command that mends it, and accepts it once that was run', async () => {
  await withRedis(
    async (redis) => {
      const client = redis.client();
      await assert.rejects(
        guard(client),
        refusal('redis-evicts', /allkeys-lru.*CONFIG SET maxmemory-policy noeviction/),
      );
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      await guard(client);
    },
    { args: ['--maxmemory-policy', 'allkeys-lru'] },
  );
});

test('warns when nothing is kept on disk, with the command that mends it', async () => {
  await withRedis(async (redis) => {
    const client = redis.client();
    const [warning, ...others] = (await guard(client)).warnings;
    assert.match(warning!, /keeps nothing on disk.*CONFIG SET appendonly yes/);
    assert.equal(others.length, 0);
    await client.config('SET', 'save', '3600 1');
    assert.match((await guard(client)).warnings[0]!, /only takes snapshots/);
    await client.config('SET', 'appendonly', 'yes');
    assert.deepEqual((await guard(client)).warnings, []);
  });
});

test('works where CONFIG is forbidden', async () => {
  await withRedis(
    async (redis) => {
      const { warnings } = await guard(redis.client());
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /cannot be read here/);
    },
    { args: ['--rename-command', 'CONFIG', ''] },
  );
});

test('refuses a replica', () => {
  const info = `redis_version:7.2.4\r\nrole:slave\r\nmaster_host:10.0.0.9\r\n`;
  assert.throws(() => judge(info), refusal('redis-read-only', /Point REDIS_URL at its primary \(10\.0\.0\.9\)/));
});

for (const [name, version, verdict] of [
  ['Redis 6.2', 'redis_version:6.2.14', 'too old'],
  ['Redis 7.0.7', 'redis_version:7.0.7', 'too old'],
  ['Redis 7.0.8', 'redis_version:7.0.8', 'redis 7.0.8'],
  ['Redis 7.0.15', 'redis_version:7.0.15', 'redis 7.0.15'],
  ['Redis 10.1.0', 'redis_version:10.1.0', 'redis 10.1.0'],
  ['Valkey 8.1', 'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1', 'valkey 8.1.1'],
  ['Valkey 7.2', 'redis_version:7.2.4\r\nvalkey_version:7.2.5', 'valkey 7.2.5'],
  ['Dragonfly', 'redis_version:7.4.0\r\ndragonfly_version:df-v1.30.0', 'dragonfly 7.4.0'],
  ['KeyDB', 'redis_version:6.3.4\r\nexecutable:/usr/bin/keydb-server', 'too old'],
  ['a server without a version', 'something:else', 'too old'],
] as const) {
  test(`${name}: ${verdict}`, () => {
    const info = `# Server\r\n${version}\r\n${GOOD}`;
    if (verdict === 'too old') {
      assert.throws(() => judge(info), refusal('redis-too-old', /7\.0\.8 or newer, or Valkey 7\.2.*Upgrade it/));
    } else {
      const { server, version: read } = judge(info);
      assert.equal(`${server} ${read}`, verdict);
    }
  });
}
