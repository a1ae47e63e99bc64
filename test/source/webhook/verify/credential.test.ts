import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { AUTHENTIC, check, flips, NOW, refusal, request, verifier } from './fixture.ts';

const SECRETS = ['s3cret-of-old', 's3cret-of-new'];
const BAD = refusal('bad-signature');

test('a bearer token stands behind the name of its scheme, which may be written in either case', () => {
  const bearer = verifier({ scheme: 'bearer', secrets: SECRETS });
  const by = (authorization: string) => check(bearer, request('{}', { authorization }));
  for (const value of ['Bearer s3cret-of-old', 'Bearer s3cret-of-new', 'bearer s3cret-of-new', 'BEARER  s3cret-of-new'])
    assert.deepEqual(by(value), AUTHENTIC, value);
  for (const value of [
    's3cret-of-new',
    'Bearer',
    'Bearer ',
    'Basic s3cret-of-new',
    'Bearer S3CRET-OF-NEW',
    'Bearers3cret-of-new',
  ])
    assert.deepEqual(by(value), BAD, value);
  for (const token of flips('s3cret-of-new')) assert.deepEqual(by(`Bearer ${token}`), BAD, token);
  for (const more of [' ', ', Bearer s3cret-of-new', '\0']) assert.deepEqual(by(`Bearer s3cret-of-new${more}`), BAD);
  assert.deepEqual(check(bearer, request('{}')), refusal('missing-header'));
});

test('in a header of its own the token is the whole value', () => {
  const bearer = verifier({ scheme: 'bearer', secrets: SECRETS, header: 'X-Zoho-Token' });
  const by = (value: string) => check(bearer, request('', { 'X-Zoho-Token': value }));
  assert.deepEqual(by('s3cret-of-old'), AUTHENTIC);
  for (const value of ['Bearer s3cret-of-old', 's3cret-of-old, s3cret-of-old', 's3cret'])
    assert.deepEqual(by(value), BAD);
  assert.deepEqual(check(bearer, request('', { authorization: 'Bearer s3cret-of-old' })), refusal('missing-header'));
});

test('Basic takes the one user with any of the passwords', () => {
  const basic = verifier({ scheme: 'basic', username: 'pipedrive', secrets: ['alt', 'gehéim: 1'] });
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const by = (authorization: string) => check(basic, request('{}', { authorization }));
  assert.deepEqual(by(`Basic ${encoded('pipedrive:alt')}`), AUTHENTIC);
  assert.deepEqual(by(`basic ${encoded('pipedrive:gehéim: 1')}`), AUTHENTIC);
  for (const text of ['pipedrive:', 'pipedrive', ':alt', 'other:alt', 'pipedrive:alt ', 'Pipedrive:alt'])
    assert.deepEqual(by(`Basic ${encoded(text)}`), BAD, text);
  for (const text of flips(encoded('pipedrive:alt'))) assert.deepEqual(by(`Basic ${text}`), BAD, text);
  assert.deepEqual(by('Basic pipedrive:alt'), BAD);
  assert.deepEqual(by(`Bearer ${encoded('pipedrive:alt')}`), BAD);
  assert.deepEqual(check(basic, request('{}')), refusal('missing-header'));
});

test('a secret in the address is the last part of the path or the only parameter of its name', () => {
  const hidden = verifier({ scheme: 'path-secret', secrets: SECRETS });
  const at = (path: string) => check(hidden, request('{}', {}, path));
  for (const path of [
    '/webhooks/sf/s3cret-of-old',
    '/webhooks/sf/s3cret-of-new?a=1',
    '/webhooks/sf?secret=s3cret-of-new',
    '/webhooks/sf?a=1&secret=s3cret-of-old&b',
  ])
    assert.deepEqual(at(path), AUTHENTIC, path);
  for (const path of [
    '/webhooks/sf',
    '/webhooks/sf/',
    '/webhooks/sf/s3cret-of-old/',
    '/webhooks/s3cret-of-old/sf',
    '/webhooks/sf/x?y=/s3cret-of-old',
    '/webhooks/sf?Secret=s3cret-of-old',
    '/webhooks/sf?secret=',
    '/webhooks/sf?secret=s3cret-of-old&secret=s3cret-of-new',
    '/webhooks/sf?secret=s3cret-of-old?',
    '/webhooks/sf?nosecret=s3cret-of-old',
    '/webhooks/sf/s3cret%2Dof%2Dold',
    's3cret',
    '',
  ])
    assert.deepEqual(at(path), BAD, path);
  for (const secret of flips('s3cret-of-old')) {
    assert.deepEqual(at(`/webhooks/sf/${secret}`), BAD, secret);
    assert.deepEqual(at(`/webhooks/sf?secret=${secret}`), BAD, secret);
  }
});

test('without any proof only this machine itself is believed', () => {
  const none = verifier({ scheme: 'none' });
  assert.deepEqual(check(none, request('{}'), NOW, true), AUTHENTIC);
  assert.deepEqual(check(none, request('{}'), NOW, false), refusal('not-loopback'));
  for (const name of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via', 'Origin'])
    assert.deepEqual(check(none, request('{}', { [name]: '127.0.0.1' }), NOW, true), refusal('not-loopback'), name);
  const insecure = verifier({ scheme: 'none', insecure: true });
  assert.deepEqual(check(insecure, request('{}', { Via: '1.1 proxy' }), NOW, false), AUTHENTIC);
});

test('a verifier of a signature shows nothing of its secrets when it is printed', () => {
  const secret = 'c2VjcmV0LXRoYXQtaXMtbG9uZy1lbm91Z2g=';
  for (const scheme of ['github', 'standard', 'stripe', 'chatwoot', 'segment']) {
    const printed = inspect(verifier({ scheme, secrets: [secret] }), { depth: 9, showHidden: true });
    assert.ok(!printed.includes(secret), printed);
  }
});
