import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorOf } from '../../src/commands/console.ts';
import { defineScript } from '../../src/redis/script.ts';
import { startTestRedis } from '../redis/server.ts';

test('an error of Redis is logged without what the command carried', async (t) => {
  const server = await startTestRedis(t);
  const failing = defineScript('failsAlways', 1, "return redis.call('LPUSH', KEYS[1], ARGV[1]) .. {}");
  await failing.run(server.client(), ['key'], ['ada@example.com']).then(
    () => assert.fail('the script must fail'),
    (error: Error) => {
      assert.ok('command' in error, 'else there is nothing to leave out');
      const logged = JSON.stringify(errorOf(error));
      assert.ok(!logged.includes('ada@example.com'), logged);
      assert.match(logged, /"message":"ERR/);
      assert.match(logged, /"stack"/);
    },
  );
});
