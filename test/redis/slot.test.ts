import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotOf } from '../../src/redis/slot.ts';
import { withRedis } from './server.ts';

test('a slot is the one that Redis says, whatever the braces', async () => {
  await withRedis(
    async (redis) => {
      const client = redis.client();
      for (const key of ['a', '{cs:0123456789}:1:p:42', '{}a', 'a{b}{c}', 'a{b', '}{x}', 'ä{ö}'])
        assert.equal(slotOf(key), await client.call('CLUSTER', 'KEYSLOT', key), key);
    },
    { tcp: true, args: ['--cluster-enabled', 'yes'] },
  );
});
