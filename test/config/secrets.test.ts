import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { secretsIn } from '../../config/secrets.ts';

const FILE = `
chatwoot: { base_url: https://desk.test, api_access_token: hunter2 }
undo_key: hunter2
serve: { operator_token: hunter2 }
redis: { url: 'rediss://sync:hunter2@redis.test:6380/0' }
sources:
  shop:
    verify: { scheme: bearer, secrets: ['env:SHOP', hunter2, 'file:/run/secrets/shop', 22] }
    fetch: { headers: { Authorization: Bearer hunter2, X-Api-Key: 'env:KEY', accept-language: de, Cookie: hunter2 } }
`;

test('every secret in the file is refused with where it belongs, and none is repeated', () => {
  const faults = secretsIn(parse(FILE));
  assert.deepEqual(
    faults.map((fault) => fault.split(' stands in')[0]),
    [
      'chatwoot.api_access_token',
      'undo_key',
      'serve.operator_token',
      'the password in redis.url',
      'sources.shop.verify.secrets.1',
      'sources.shop.verify.secrets.3',
      'sources.shop.fetch.headers.Authorization',
      'sources.shop.fetch.headers.Cookie',
    ],
  );
  for (const fault of faults) assert.match(fault, /(_FILE to a file that holds|env:NAME for a variable)/);
  assert.doesNotMatch(faults.join(), /hunter2/);
});

test('a file without secrets, and one that is no configuration at all, is left to the schema', () => {
  for (const redis of ['redis://redis.test', 'unix:///run/a:b@c.sock', 'redis+sentinel://a:1,b:2/main', 7])
    assert.deepEqual(secretsIn({ redis: { url: redis } }), [], String(redis));
  assert.deepEqual(secretsIn(parse('chatwoot: 1\nsources: [a]\nundo_key:\nredis: x\n')), []);
});
