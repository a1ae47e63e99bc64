import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reads, remarks } from './read.ts';

test('an address out of what address books write around it', async () => {
  const ours = '"ann@example.com"';
  await reads('email', {}, [
    [' Ann@Example.COM ', ours],
    ['mailto:ann@example.com', ours],
    ['MAILTO:ann@example.com?subject=Hi', ours],
    ['Ann Example <Ann@example.com>', ours],
    ['"Example, Ann" <ann@example.com>', ours],
    ['<mailto:ann@example.com>', ours],
    ['\u200bann@exam\u00adple.com\ufeff', ours],
    ['ａｎｎ＠example.com', ours],
    ['ann@example.com; bob@example.com', ours],
    ['ann@example.com,bob@example.com', ours],
    ['Ann <ann@example.com>, Bob <bob@example.com>', ours],
    ['; ann@example.com', ours],
    ['ann@example.com ;', ours],
    ['ann', '!email-format'],
    ['ann @example.com', '!email-format'],
    ['ann@bob@example.com', '!email-format'],
    ['ann@example.com bob@example.com', '!email-format'],
    ['<>', '!email-format'],
    [';', '!email-format'],
    ['none', '!placeholder'],
    [`${'a'.repeat(250)}@b.com`, '!too-long'],
    ['#N/A', 'null'],
  ]);
  assert.deepEqual(await remarks('email', {}, 'ann@example.com; bob@example.com'), ['several-addresses']);
  assert.deepEqual(await remarks('email', {}, 'ann@example.com;'), []);
});
