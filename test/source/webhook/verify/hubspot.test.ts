import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VerifySettingsError } from '../../../../src/source/webhook/verify/error.ts';
import { signedUrl } from '../../../../src/source/webhook/verify/hubspot.ts';
import { AUTHENTIC, check, refusal, request, sign, vector, verifier } from './fixture.ts';

const SECRET = 'hs-client-secret';
const ORIGIN = 'https://sync.example.com';
const TIME = '1760000001000';

const v3 = (signature: string, path: string, body = '[]', time = TIME) =>
  request(body, { 'X-HubSpot-Signature-v3': signature, 'X-HubSpot-Request-Timestamp': time }, path);

test('an address with a query is signed with the signs of the table decoded, and only those', () => {
  const hubspot = verifier({ scheme: 'hubspot', secrets: [SECRET] }, ORIGIN);
  const sent = v3('FCaAqWhvf4vzEDnMQgjzUBo+Prr6umElwqpoQ8LiHWs=', '/hooks/hubspot?src=crm%3Aeu%2F1&q=a%20b');
  assert.deepEqual(check(hubspot, sent), AUTHENTIC);
  assert.deepEqual(check(hubspot, { ...sent, path: sent.path.replace('%20', ' ') }), refusal('bad-signature'));
});

test('a second published time of the same delivery', () => {
  const { secret, body } = vector('hubspot-v3-sdk-1693657560000');
  const hubspot = verifier({ scheme: 'hubspot', secrets: [secret] }, 'https://www.example.com');
  const sent = v3('RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=', '/webhook_uri', body, '1700000300000');
  assert.deepEqual(check(hubspot, sent, 1_700_000_300_000), AUTHENTIC);
});

test('twelve signs are decoded, in one pass; everything else stays encoded', () => {
  assert.equal(signedUrl('%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B'), ":/?@!$'()*,;");
  const stays = '%20%22%23%25%26%2B%3C%3D%3E%5B%5D%7B%7D%C3%AB';
  assert.equal(signedUrl(stays), stays);
  assert.equal(signedUrl('/a%253Ab%2'), '/a%253Ab%2');
});

test('public_url may end in a slash and may hold the path that a proxy takes off', () => {
  const path = '/hooks/hubspot';
  const signature = (url: string) => sign('sha256', SECRET, `POST${url}[]${TIME}`, 'base64');
  for (const address of [ORIGIN, `${ORIGIN}/`, `${ORIGIN}//`]) {
    const hubspot = verifier({ scheme: 'hubspot', secrets: [SECRET] }, address);
    assert.deepEqual(check(hubspot, v3(signature(`${ORIGIN}${path}`), path)), AUTHENTIC);
  }
  const behind = verifier({ scheme: 'hubspot', secrets: [SECRET] }, `${ORIGIN}/sync/`);
  assert.deepEqual(check(behind, v3(signature(`${ORIGIN}/sync${path}`), path)), AUTHENTIC);
});

test('behind a proxy that changes the path the address that is called counts, with the query as received', () => {
  const called = 'https://crm.example.com/hooks/hs';
  const hubspot = verifier({ scheme: 'hubspot', secrets: [SECRET], url: called }, ORIGIN);
  const signed = (url: string) => sign('sha256', SECRET, `POST${url}[]${TIME}`, 'base64');
  assert.deepEqual(check(hubspot, v3(signed(called), '/webhooks/hs')), AUTHENTIC);
  assert.deepEqual(check(hubspot, v3(signed(`${called}?a=1`), '/webhooks/hs?a=1')), AUTHENTIC);
  for (const path of ['/webhooks/hs?', '/webhooks/hs?a=2', '/webhooks/hs?a=1&b'])
    assert.deepEqual(check(hubspot, v3(signed(`${called}?a=1`), path)), refusal('bad-signature'), path);
  assert.deepEqual(check(hubspot, v3(signed(`${ORIGIN}/webhooks/hs`), '/webhooks/hs')), refusal('bad-signature'));
  assert.ok(verifier({ scheme: 'hubspot', secrets: [SECRET], url: called }), 'public_url is not needed then');
});

test('a body without a byte is signed like any other', () => {
  const hubspot = verifier({ scheme: 'hubspot', secrets: [SECRET] }, ORIGIN);
  const signature = sign('sha256', SECRET, `POST${ORIGIN}/h${TIME}`, 'base64');
  assert.deepEqual(check(hubspot, v3(signature, '/h', '')), AUTHENTIC);
});

test('an older signature does not stand in for v3: it never ages', () => {
  const { secret, body, headers } = vector('hubspot-v1-doc');
  const hubspot = verifier({ scheme: 'hubspot', secrets: [secret] }, ORIGIN);
  assert.deepEqual(check(hubspot, request(body, headers)), refusal('missing-header'));
});

test('without an address nothing that signs it can be verified, and that is said at the start', () => {
  for (const version of ['v3', 'v2']) {
    const make = (publicUrl?: string) => () => verifier({ scheme: 'hubspot', secrets: [SECRET], version }, publicUrl);
    for (const [given, says] of [
      [undefined, /^public_url: is missing, and HubSpot signs .* for example https:\/\/\S+\.$/],
      ['', /^public_url: is missing/],
      ['sync.example.com', /^public_url: is no address/],
      ['ftp://sync.example.com', /^public_url: is no address/],
      ['https://', /^public_url: is no address/],
      ['https://sync.example.com?x=1', /^public_url: is no address/],
      ['https://sync.example.com/#a', /^public_url: is no address/],
      ['https://user:pass@sync.example.com', /^public_url: is no address/],
      ['https://sync.example.com:port', /^public_url: is no address/],
    ] as const) {
      assert.throws(make(given), (error) => error instanceof VerifySettingsError && says.test(error.message), given);
    }
  }
  assert.ok(verifier({ scheme: 'hubspot', secrets: [SECRET], version: 'v1' }));
});
