import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { type Admission, isLoopbackName, Operator } from '../../src/serve/operator.ts';

const TOKEN = 'a token of the operator';
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Where the server listens, what it was given, what a request says of itself, and what comes of it. */
const CASES: [where: 'here' | 'anywhere', token: string | undefined, headers: IncomingHttpHeaders, Admission][] = [
  ['here', undefined, { host: '127.0.0.1:8080' }, 'welcome'],
  ['here', undefined, { host: 'localhost:8080' }, 'welcome'],
  ['here', undefined, { host: '[::1]:8080' }, 'welcome'],
  ['here', TOKEN, { host: '127.0.0.1:8080' }, 'welcome'],
  ['here', undefined, { host: 'evil.example:8080' }, 'closed'],
  ['here', TOKEN, { host: 'evil.example:8080' }, 'asked'],
  ['here', undefined, {}, 'closed'],
  ['here', undefined, { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }, 'closed'],
  ['here', TOKEN, { host: 'localhost', forwarded: 'for=203.0.113.9' }, 'asked'],
  ['here', TOKEN, { host: 'localhost', via: '1.1 proxy', authorization: `Bearer ${TOKEN}` }, 'welcome'],
  ['anywhere', undefined, { host: '127.0.0.1:8080' }, 'closed'],
  ['anywhere', TOKEN, { host: '127.0.0.1:8080' }, 'asked'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: `Bearer ${TOKEN}` }, 'welcome'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: `bearer ${TOKEN}` }, 'welcome'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: basic('anybody', TOKEN) }, 'welcome'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: basic('', TOKEN) }, 'welcome'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: `Bearer ${TOKEN} ` }, 'asked'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: `Bearer ${TOKEN.toUpperCase()}` }, 'asked'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: basic(TOKEN, '') }, 'asked'],
  ['anywhere', TOKEN, { host: 'sync.example', authorization: TOKEN }, 'asked'],
  ['anywhere', undefined, { host: 'sync.example', authorization: 'Bearer ' }, 'closed'],
  ['anywhere', undefined, { host: 'sync.example', authorization: basic('', '') }, 'closed'],
];

test('whoever has the token is welcome; without it somebody of this machine, where nobody else can come', () => {
  for (const [where, token, headers, expected] of CASES) {
    const admission = new Operator(token, () => where === 'here').admit(headers);
    assert.equal(admission, expected, `${where} ${token} ${JSON.stringify(headers)}`);
  }
});

test('this machine is known by its names alone', () => {
  for (const name of ['127.0.0.1', '127.9.9.9', 'LOCALHOST', '::1', '[::1]', '::ffff:127.0.0.1'])
    assert.ok(isLoopbackName(name), name);
  for (const name of [
    '0.0.0.0',
    '::',
    '',
    '10.0.0.1',
    'localhost.example',
    '127.0.0.1.example',
    'a127.0.0.1',
    '1270.0.0.1',
  ])
    assert.ok(!isLoopbackName(name), name);
});
