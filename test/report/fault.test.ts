import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScript } from '../../src/redis/script.ts';
import { faultOf, withoutValues } from '../../src/report/fault.ts';
import { startTestRedis } from '../redis/server.ts';

test('an error of Redis is logged without what the command carried', async (t) => {
  const server = await startTestRedis(t);
  const failing = defineScript('failsAlways', 1, "return redis.call('LPUSH', KEYS[1], ARGV[1]) .. {}");
  await failing.run(server.client(), ['key'], ['ada@example.com']).then(
    () => assert.fail('the script must fail'),
    (error: Error) => {
      assert.ok('command' in error, 'else there is nothing to leave out');
      const logged = JSON.stringify(faultOf(error));
      assert.ok(!logged.includes('ada@example.com'), logged);
      assert.match(logged, /"message":"ERR/);
      assert.match(logged, /"stack"/);
    },
  );
});

test('Redis repeats the arguments of a command it does not know: they are left out', async (t) => {
  const server = await startTestRedis(t);
  const error = await server
    .client()
    .call('NOSUCH', 'key', 'ada@example.com')
    .then(
      () => assert.fail('there is no such command'),
      (thrown: Error) => thrown,
    );
  assert.match(error.message, /ada@example\.com/, 'else there is nothing to leave out');
  assert.equal(faultOf(error).message, "ERR unknown command 'NOSUCH'");
  assert.ok(!JSON.stringify(faultOf(error)).includes('ada@example.com'));
});

test('JSON.parse repeats what it cannot read: it is left out, from the stack and from causes too', () => {
  for (const text of ['{"a":ada@x.de}', 'ada@x.de']) {
    const thrown = caught(() => JSON.parse(text));
    assert.match(thrown.message, /ada@x/, 'else there is nothing to leave out');
    const fault = faultOf(new Error('unreadable', { cause: thrown }));
    assert.ok(!JSON.stringify(fault).includes('ada@'), JSON.stringify(fault));
    assert.match(fault.cause!.stack, /not valid JSON\n\s+at /);
  }
  assert.equal(withoutValues('nothing to leave out'), 'nothing to leave out');
});

test('what is no error is not shown: it may be anything', () => {
  assert.deepEqual(faultOf('ada@example.com'), { type: 'string', message: 'no error was thrown', stack: '' });
});

function caught(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  return assert.fail('it must throw');
}
