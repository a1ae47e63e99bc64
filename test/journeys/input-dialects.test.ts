import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { rig } from './rig.ts';

const EXCEL = [
  'sep=;',
  'E-Mail;name;custom_attributes.city',
  'contact1@example.com;Zoë Weiß;"Köln; Süd"',
  'contact2@example.com;Ann;',
  'nobody@example.com;Jürgen;Löhne',
  'contact3@example.com;"zu";viele;Zellen',
  ';;',
  ';;',
  '',
].join('\r\n');

test('what Excel saves as CSV in Germany is written as it reads, and its rows that need attention come back', async (t) => {
  const { dir, sandbox, file, sync } = await rig(t, { sandbox: { contacts: 4 } });
  const map = ['--map', 'E-Mail=email'];
  const { code, outcomes, stderr, summary } = await sync([file('excel.csv', Buffer.from(EXCEL, 'latin1')), ...map]);
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /^excel\.csv: is not UTF-8 and is read as windows-1252\. If letters look wrong, give --encoding\.$/m,
  );
  assert.deepEqual(
    outcomes.map(({ line, outcome, reason }) => [line, outcome, reason]),
    [
      [3, 'updated', null],
      [4, 'updated', null],
      [5, 'not_found', 'no-such-contact'],
      [6, 'invalid', 'row-ragged'],
    ],
  );
  assert.equal(sandbox.contacts.get(1)?.name, 'Zoë Weiß');
  assert.equal(sandbox.contacts.get(1)?.custom_attributes.city, 'Köln; Süd');

  const attention = readFileSync(path.join(dir, path.relative(dir, summary.report_dir), 'needs-attention.csv'), 'utf8');
  assert.match(attention, /^\ufeffE-Mail;name;custom_attributes\.city;_line;/);
  assert.match(attention, /^nobody@example\.com;Jürgen;Löhne;5;/m);
  const corrected = attention.replace('nobody@', 'contact4@');
  const again = await sync([file('again.csv', corrected), ...map, '--encoding', 'latin1', '--delimiter', ',']);
  assert.equal(again.code, 1, again.stderr);
  assert.equal(sandbox.contacts.get(4)?.name, 'Jürgen');
  assert.deepEqual(again.summary.outcomes.updated, 1);
});

test('a run is read again as it was read first, whatever is configured by then', async (t) => {
  const { sandbox, file, run, sync } = await rig(t, { sandbox: { contacts: 1 } });
  const content = 'email;name\ncontact1@example.com;Zoë Weiß\nlate@example.com;Jürgen Groß\n';
  const name = file('export.csv', Buffer.from(content, 'latin1'));
  const first = await sync([name, '--run-id', 'first']);
  assert.deepEqual([first.summary.outcomes.updated, first.summary.outcomes.not_found], [1, 1], first.stderr);

  file('contact-sync.yaml', 'encoding: utf-16le\ndelimiter: "|"\n');
  const id = sandbox.contacts.add({ name: 'Late', email: 'late@example.com' }).id;
  const retried = await run(['retry', 'first', '--reason', 'no-such-contact']);
  assert.equal(retried.code, 0, retried.stderr);
  assert.equal(sandbox.contacts.get(id)?.name, 'Jürgen Groß');
  assert.equal((await run(['verify', 'first'])).code, 0);

  const other = await run(['sync', name, '--run-id', 'first', '--encoding', 'macintosh', '--delimiter', ';']);
  assert.equal(other.code, 2);
  assert.match(other.stderr, /was begun with another encoding or delimiter\. Give the same, or another --run-id\.\n$/);
});

test('packed UTF-16 through a pipe, and records of JSON, are files like any other', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const unicode = gzipSync(Buffer.from('\ufeffemail\tname\r\ncontact1@example.com\tΖωή\r\n', 'utf16le'));
  const records = [
    { email: 'contact2@example.com', custom_attributes: { ref: 1, tags: ['a', 'b'] }, name: null },
    { email: 'contact3@example.com', name: 'Zoë' },
  ];
  const lines = records
    .map((record) => JSON.stringify(record))
    .join('\n')
    .replace('"ref":1', '"ref":706405506930370084');
  const options = ['--empty-cells', 'leave', '-', file('export.ndjson', lines)];
  const { code, summary, stderr } = await sync(options, { input: unicode });
  assert.equal(code, 0, stderr);
  assert.equal(summary.rows, 3);
  assert.equal(sandbox.contacts.get(1)?.name, 'Ζωή');
  assert.deepEqual(sandbox.contacts.get(2)?.custom_attributes.ref, '706405506930370084');
  assert.deepEqual(sandbox.contacts.get(2)?.custom_attributes.tags, 'a;b');
  assert.equal(sandbox.contacts.get(3)?.name, 'Zoë');
});

test('an address is asked once with the header of a variable, and never again for the same run', async (t) => {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    if (request.headers.authorization === 'Bearer S')
      response.end('email,name\ncontact1@example.com,Got\ngone@example.com,x\n');
    else response.writeHead(403).end('no');
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/export.csv?key=K`;
  const { sandbox, file, run } = await rig(t, { sandbox: { contacts: 1 } });

  const refused = await run(['sync', address]);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /is to be asked without TLS\. Use https, or set download\.allow_private\.\n$/);
  file('contact-sync.yaml', 'download:\n  allow_private: true\n');
  const forbidden = await run(['sync', address]);
  assert.match(forbidden.stderr, /answers 403\. Check the address and the credential that --header-env names\.\n$/);

  const command = ['enqueue', address, '--header-env', 'CRM', '--run-id', 'run_a'];
  const env = { CRM: 'Authorization: Bearer S' };
  const first = await run(command, { env });
  assert.equal(first.code, 0, first.stderr);
  const count = asked.length;
  const second = await run(['sync', ...command.slice(1)], { env });
  assert.equal(second.code, 1, second.stderr);
  assert.equal(asked.length, count);
  assert.equal(sandbox.contacts.get(1)?.name, 'Got');
  for (const { stderr, stdout } of [first, second]) assert.doesNotMatch(stderr + stdout, /key=K|Bearer/);
  const retried = await run(['retry', 'run_a']);
  assert.equal(retried.code, 2);
  assert.match(retried.stderr, /read standard input or an address, of which no copy is kept/);
});
