import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { VERIFY } from '../../config/verify.ts';

const faults = (settings: unknown) =>
  VERIFY.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('every scheme and every key of it says what it means, in a sentence', () => {
  const { oneOf, anyOf } = z.toJSONSchema(VERIFY, { io: 'input' });
  const schemes = (oneOf ?? anyOf ?? []) as z.core.JSONSchema.BaseSchema[];
  assert.equal(schemes.length, 15);
  for (const { properties } of schemes) {
    for (const [name, value] of Object.entries(properties ?? {}))
      assert.match((value as z.core.JSONSchema.BaseSchema).description ?? '', /^.{15,}\.$/, name);
  }
});

test('what is not written is what is safe: v3, five minutes, Authorization, this machine only', () => {
  const secrets = ['a'];
  assert.deepEqual(VERIFY.parse({ scheme: 'hubspot', secrets }), {
    scheme: 'hubspot',
    secrets,
    version: 'v3',
    window: 300,
  });
  assert.deepEqual(VERIFY.parse({ scheme: 'bearer', secrets }), { scheme: 'bearer', secrets, header: 'authorization' });
  assert.deepEqual(VERIFY.parse({ scheme: 'none' }), { scheme: 'none', insecure: false });
  const stripe = { scheme: 'stripe', secrets, window: 300, header: 'stripe-signature' };
  assert.deepEqual(VERIFY.parse({ scheme: 'stripe', secrets }), stripe);
});

test('the name of a header is kept in lower case, as node:http hands headers over', () => {
  const parsed = VERIFY.parse({ scheme: 'bearer', secrets: ['a'], header: 'X-Token' });
  assert.deepEqual(parsed, { scheme: 'bearer', secrets: ['a'], header: 'x-token' });
});

test('what cannot verify anything is refused with its key', () => {
  assert.match(faults({ scheme: 'github' })[0]!, /^secrets: /);
  assert.match(faults({ scheme: 'github', secrets: [] })[0]!, /^secrets: /);
  assert.match(faults({ scheme: 'github', secrets: ['a', ''] })[0]!, /^secrets\.1: /);
  assert.match(faults({ scheme: 'github', secrets: ['a\n'] })[0]!, /^secrets\.0: begins or ends with white space$/);
  assert.match(faults({ scheme: 'github', secrets: [' a'] })[0]!, /^secrets\.0: begins/);
  assert.match(faults({ scheme: 'github', secrets: ['a'], window: 5 })[0]!, /window/);
  assert.match(faults({ scheme: 'close', secrets: ['aa'], window: 0 })[0]!, /^window: /);
  assert.match(faults({ scheme: 'basic', secrets: ['a'] })[0]!, /^username: /);
  assert.match(faults({ scheme: 'basic', secrets: ['a'], username: 'a:b' })[0]!, /^username: holds a colon/);
  assert.match(faults({ scheme: 'bearer', secrets: ['a'], header: 'X Token' })[0]!, /^header: is no name of a header/);
  assert.match(faults({ scheme: 'hubspot', secrets: ['a'], version: 'v4' })[0]!, /^version: /);
  for (const url of ['sync.example.com', 'https://sync.example.com?a=1', 'https://u:p@sync.example.com', 'https://a#b'])
    assert.match(faults({ scheme: 'hubspot', secrets: ['a'], url })[0]!, /^url: is no address without/, url);
  for (const organization_id of ['00D', '00D00000000000', '00D0000000000012', '005000000000001EAA', '00D00000000000-'])
    assert.match(faults({ scheme: 'none', organization_id })[0]!, /^organization_id: is no id of/, organization_id);
  assert.deepEqual(faults({ scheme: 'path-secret', secrets: ['a'], organization_id: '00D000000000001' }), []);
  assert.match(faults({ scheme: 'github', secrets: ['a'], organization_id: '00D000000000001' })[0]!, /organization_id/);
  assert.match(faults({ scheme: 'svix', secrets: ['a'] })[0]!, /^scheme: /);
  assert.deepEqual(faults({ scheme: 'github', secrets: ["It's a Secret to Everybody"] }), []);
});

test('a fault never quotes a secret', () => {
  const said = faults({ scheme: 'github', secrets: [' very-secret', 'very-secret\t'], other: 'very-secret' }).join(
    '\n',
  );
  assert.match(said, /secrets\.1/);
  assert.doesNotMatch(said, /very-secret/);
});
