import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FETCH } from '../../config/fetch.ts';
import { loadConfig } from '../../config/load.ts';
import { CONFIG } from '../../config/schema.ts';
import { fetchesOf } from '../../src/commands/fetches.ts';

const URL = 'https://crm.test/{id}';

function configOf(sources: Record<string, object>) {
  const config = CONFIG.parse({
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, source]) => [
        name,
        { preset: 'hubspot', verify: { scheme: 'none' }, ...source },
      ]),
    ),
  });
  return { ...config, account: 'default' };
}

test('an address alone is enough', () => {
  assert.deepEqual(FETCH.parse({ url: URL }), {
    url: URL,
    headers: {},
    values: '$',
    rate: 5,
    attempts: 8,
    timeout: 10,
    allow_private: false,
  });
});

test('every fault is told at once, with the key it stands at', () => {
  const fetch = {
    url: 'http://127.0.0.1/x',
    headers: { 'bad name': 'x', Host: 'x' },
    values: 'a..b',
    rate: 0,
    attempts: 0,
    extra: 1,
  };
  const parsed = CONFIG.safeParse({
    sources: {
      a: { preset: 'hubspot', verify: { scheme: 'none' }, fetch },
      b: { preset: 'hubspot', verify: { scheme: 'none' }, fetch: { url: 'https://u:p@crm.test/{id}', values: 'a[*]' } },
      c: { preset: 'generic', verify: { scheme: 'none' }, fetch: { url: URL } },
    },
  });
  assert.ok(!parsed.success);
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
  for (const pattern of [
    /^sources\.a\.fetch\.url: has no \{id\}/m,
    /^sources\.a\.fetch\.headers\.bad name: is no name of a header/m,
    /^sources\.a\.fetch\.headers\.Host: .*leave it out/m,
    /^sources\.a\.fetch\.values: "a\.\.b" is no JSON path/m,
    /^sources\.a\.fetch\.rate: /m,
    /^sources\.a\.fetch\.attempts: /m,
    /^sources\.a\.fetch: .*extra/m,
    /^sources\.b\.fetch\.values: leads to several values/m,
    /^sources\.c\.fetch: goes with presets .*: hubspot, attio, intercom, zoho/m,
  ])
    assert.match(faults, pattern);
});

test('an address that would show or lose the credentials is refused, and the fault does not repeat it', () => {
  for (const [url, pattern] of [
    ['https://crm.test/', /has no \{id\}/],
    ['http://crm.test/{id}', /is not https/],
    ['https://user:secret@crm.test/{id}', /holds credentials/],
    ['https://[::ffff:127.0.0.1]/{id}', /is a private address/],
  ] as const) {
    const { error } = FETCH.safeParse({ url });
    assert.match(error?.message ?? '', pattern);
    assert.doesNotMatch(error?.message ?? '', /secret/);
  }
  assert.ok(FETCH.safeParse({ url: 'http://127.0.0.1:8080/{id}', allow_private: true }).success);
});

test('a header is taken from the environment when the program starts, and each that is missing is named', () => {
  const headers = { Authorization: 'env:CRM_AUTH', 'X-Api': '2' };
  const config = configOf({ crm: { fetch: { url: URL, headers, timeout: 2 } }, other: {} });
  const { made, faults } = fetchesOf(config, { CRM_AUTH: 'Bearer T' });
  assert.deepEqual(faults, []);
  assert.deepEqual(
    made.map(({ mapping, client }) => [mapping.name, mapping.fetches, client]),
    [
      [
        'crm',
        true,
        { url: URL, headers: { authorization: 'Bearer T', 'x-api': '2' }, timeoutMs: 2000, allowPrivate: false },
      ],
    ],
  );
  assert.deepEqual(fetchesOf(config, {}).faults, [
    'sources.crm.fetch.headers.Authorization: the variable CRM_AUTH is not set. Set it.',
  ]);
  const [broken] = fetchesOf(config, { CRM_AUTH: 'Bearer T\n' }).faults;
  assert.match(broken ?? '', /^sources\.crm\.fetch\.headers\.Authorization: holds a sign that no header can carry/);
  assert.doesNotMatch(broken ?? '', /Bearer T/);
});

test('a configuration without sources fetches nothing', () => {
  assert.deepEqual(fetchesOf(loadConfig({ env: {}, flags: {} }), {}), { made: [], faults: [] });
});
