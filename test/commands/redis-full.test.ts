import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyError } from 'ioredis';
import { explain } from '../../src/commands/explain.ts';

test('so is a transaction of which a command was refused', () => {
  const why = new ReplyError("OOM command not allowed when used memory > 'maxmemory'.");
  const aborted = new ReplyError('EXECABORT Transaction discarded because of previous errors.');
  assert.match(explain(Object.assign(aborted, { previousErrors: [why] })).text, /Redis is full/);
  const other = new ReplyError('EXECABORT Transaction discarded because of previous errors.');
  assert.match(explain(other).text, /fault of contact-sync/);
});

test('a full Redis is no fault of the program: the error says what to raise and how to go on', () => {
  const error = new ReplyError(
    "OOM command not allowed when used memory > 'maxmemory'. script: 5ab4, on @user_script:5.",
  );
  const { text, code } = explain(error);
  assert.equal(code, 3);
  assert.match(text, /Redis is full.*maxmemory.*--run-id/);
  assert.doesNotMatch(text, /fault of contact-sync/);
});
