import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import { isPrivate, isPrivateLiteral, publicLookup } from '../../src/fetch/private-address.ts';

const PRIVATE = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2001:0:1::1',
  '2001:db8::1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '',
];
const PUBLIC = ['8.8.8.8', '100.128.0.1', '172.15.0.1', '172.32.0.1', '192.0.1.1', '2606:4700::1111', '2a00:1450::1'];

test('every address that is not of the public internet is private', () => {
  for (const address of PRIVATE) assert.ok(isPrivate(address), address);
  for (const address of PUBLIC) assert.ok(!isPrivate(address), address);
});

test('a literal is known however it is written, a name is not judged', () => {
  for (const host of [
    ...['127.0.0.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.1', '0', '0xa9fea9fe', '①②⑦.0.0.1', '169.254.169.254.'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[fe80::1]'],
  ])
    assert.ok(isPrivateLiteral(new URL(`http://${host}/`).hostname), host);
  for (const host of ['localhost', 'api.example.com', '8.8.8.8', '[2606:4700::1111]'])
    assert.ok(!isPrivateLiteral(new URL(`http://${host}/`).hostname), host);
});

type Asked = { all?: boolean };

function looked(answers: string[], options: Asked): Promise<[string | undefined, unknown]> {
  const addresses: LookupAddress[] = answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = publicLookup((_host, _options, done) => done(null, addresses));
  return new Promise((resolve) => lookup('crm.test', options, (error, found) => resolve([error?.code, found])));
}

test('a look-up leaves private addresses out, and fails when none is left', async () => {
  assert.deepEqual(await looked(['10.0.0.1', '8.8.8.8'], {}), [undefined, '8.8.8.8']);
  const [, all] = await looked(['::1', '2606:4700::1111', '127.0.0.1', '8.8.8.8'], { all: true });
  assert.deepEqual(
    (all as LookupAddress[]).map(({ address }) => address),
    ['2606:4700::1111', '8.8.8.8'],
  );
  assert.equal((await looked(['127.0.0.1', '::ffff:8.8.8.8'], { all: true }))[0], 'EPRIVATE');
  assert.equal((await looked([], {}))[0], 'EPRIVATE');
});

test('a name that cannot be looked up fails as it did', async () => {
  const lookup = publicLookup((_host, _options, done) => done(Object.assign(new Error(), { code: 'ENOTFOUND' }), []));
  const code = await new Promise((resolve) => lookup('crm.test', {}, (error) => resolve(error?.code)));
  assert.equal(code, 'ENOTFOUND');
});
