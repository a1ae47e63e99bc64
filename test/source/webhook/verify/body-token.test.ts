import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTHENTIC, check, flips, refusal, request, verifier } from './fixture.ts';

const SECRETS = ['t0ken-of-old', 't0ken-of-new'];
const BAD = refusal('bad-signature');
const zoho = verifier({ scheme: 'body-token', secrets: SECRETS });
const json = (body: unknown) => check(zoho, request(JSON.stringify(body), { 'content-type': 'application/json' }));
const form = (body: string) => check(zoho, request(body, { 'content-type': 'application/x-www-form-urlencoded' }));

test('the token stands in the JSON of a notification or among the parameters of a form', () => {
  for (const token of SECRETS) {
    assert.deepEqual(json({ module: 'Contacts', ids: ['1'], token }), AUTHENTIC);
    assert.deepEqual(form(`id=1&token=${token}&Email=a%40x.test`), AUTHENTIC);
  }
  assert.deepEqual(form('token=t0ken%2Dof%2Dnew'), AUTHENTIC, 'it is compared as it reads');
  assert.deepEqual(check(zoho, request('{"token":"t0ken-of-new"}')), AUTHENTIC, 'without a type it is JSON');
});

test('any other token is refused, wherever it stands', () => {
  for (const token of [...flips('t0ken-of-old'), '', 't0ken', 'T0KEN-OF-OLD', 't0ken-of-old ', 1, null, true])
    assert.deepEqual(json({ token }), BAD, String(token));
  for (const body of [
    {},
    [{ token: SECRETS[0] }],
    { data: { token: SECRETS[0] } },
    { Token: SECRETS[0] },
    't0ken-of-old',
  ])
    assert.deepEqual(json(body), BAD, JSON.stringify(body));
  assert.deepEqual(json({ token: SECRETS }), BAD, 'a list of guesses is none');
  assert.deepEqual(form('token=t0ken-of-old&token=t0ken-of-new'), BAD, 'nor is one of a form');
  assert.deepEqual(form('Token=t0ken-of-old'), BAD);
  assert.deepEqual(check(zoho, request('', {}, '/webhooks/zoho?token=t0ken-of-old')), BAD);
});

test('a body that cannot be read holds no token', () => {
  for (const body of ['', '{', '{"token":"t0ken-of-old"', '\xff'])
    assert.deepEqual(check(zoho, request(Buffer.from(body, 'latin1'))), BAD, body);
  const typed = request('{"token":"t0ken-of-old"}', { 'content-type': 'text/plain' });
  assert.deepEqual(check(zoho, typed), BAD);
});
