import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RedisError } from '../../src/redis/error.ts';
import { describeTarget, parseRedisUrl, type RedisTarget } from '../../src/redis/target.ts';

const tls = { verify: true };

const READ: readonly (readonly [url: string, target: RedisTarget, described: string])[] = [
  ['redis://localhost', { kind: 'tcp', host: 'localhost', port: 6379, db: 0 }, 'redis://localhost:6379/0'],
  [' REDIS://10.0.0.1:7001/5 ', { kind: 'tcp', host: '10.0.0.1', port: 7001, db: 5 }, 'redis://10.0.0.1:7001/5'],
  ['redis://h?db=3', { kind: 'tcp', host: 'h', port: 6379, db: 3 }, 'redis://h:6379/3'],
  ['redis://[::1]:6380', { kind: 'tcp', host: '::1', port: 6380, db: 0 }, 'redis://[::1]:6380/0'],
  ['redis://:pa%3Ass@h', { kind: 'tcp', host: 'h', port: 6379, db: 0, password: 'pa:ss' }, 'redis://:***@h:6379/0'],
  ['redis://:a+b@c@h', { kind: 'tcp', host: 'h', port: 6379, db: 0, password: 'a+b@c' }, 'redis://:***@h:6379/0'],
  [
    'rediss://user:pass@h:6380/1',
    { kind: 'tcp', host: 'h', port: 6380, db: 1, username: 'user', password: 'pass', tls },
    'rediss://user:***@h:6380/1',
  ],
  [
    'rediss://h?ca=/etc/ca.pem&verify=no',
    { kind: 'tcp', host: 'h', port: 6379, db: 0, tls: { ca: '/etc/ca.pem', verify: false } },
    'rediss://h:6379/0',
  ],
  ['/run/r s%.sock', { kind: 'unix', path: '/run/r s%.sock', db: 0 }, 'unix:///run/r s%.sock'],
  ['unix:///run/a%20b.sock?db=2', { kind: 'unix', path: '/run/a b.sock', db: 2 }, 'unix:///run/a b.sock?db=2'],
  [
    'unix://u:p@/r.sock',
    { kind: 'unix', path: '/r.sock', db: 0, username: 'u', password: 'p' },
    'unix://u:***@/r.sock',
  ],
  ['redis+unix:///r.sock', { kind: 'unix', path: '/r.sock', db: 0 }, 'unix:///r.sock'],
  [
    'redis+sentinel://user:pass@h1:26379,h2/mymaster?db=1&sentinel_password=geheim',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'h1', port: 26379 },
        { host: 'h2', port: 26379 },
      ],
      master: 'mymaster',
      sentinelPassword: 'geheim',
      db: 1,
      username: 'user',
      password: 'pass',
    },
    'redis+sentinel://user:***@h1:26379,h2:26379/mymaster?db=1',
  ],
  [
    'redis+cluster://h1:7000,h2:7001',
    {
      kind: 'cluster',
      nodes: [
        { host: 'h1', port: 7000 },
        { host: 'h2', port: 7001 },
      ],
      db: 0,
    },
    'redis+cluster://h1:7000,h2:7001',
  ],
];

for (const [url, target, described] of READ) {
  test(`reads ${url}`, () => {
    assert.deepEqual(parseRedisUrl(url), target);
    assert.equal(describeTarget(url), described);
    assert.equal(describeTarget(target), described);
  });
}

const REFUSED: readonly (readonly [url: string, why: RegExp])[] = [
  ['', /is empty/],
  ['localhost:6379', /is not an address/],
  ['http://:geheim@h', /begins with http:/],
  ['redis://', /names no host/],
  ['redis://:geheim@h:99999', /port outside/],
  ['redis://:geheim@h:port', /host that cannot be read/],
  ['redis://:geheim@h/users', /not a number/],
  ['redis://:geheim%@h', /write a % of a password as %25/],
  ['redis://:geheim@h?database=1', /parameter "database" that does not exist/],
  ['redis://:geheim@a,b', /several hosts/],
  ['unix://relative.sock', /absolute path/],
  ['redis+sentinel://:geheim@h:26379', /name the master/],
  ['redis+cluster://h/3', /cluster has only 0/],
  ['rediss://h?verify=perhaps', /other than yes or no/],
];

for (const [url, why] of REFUSED) {
  test(`refuses "${url}" in words, without its password`, () => {
    assert.throws(
      () => parseRedisUrl(url),
      (error: unknown) => {
        assert.ok(error instanceof RedisError);
        assert.equal(error.code, 'redis-url');
        assert.match(error.message, why);
        assert.match(error.message, /Use redis:/);
        assert.doesNotMatch(error.message, /geheim/);
        return true;
      },
    );
    assert.equal(describeTarget(url), 'an address that cannot be read');
  });
}
