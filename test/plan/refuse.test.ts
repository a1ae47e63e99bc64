import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PlanFileError } from '../../src/plan/error.ts';
import { PlanReader } from '../../src/plan/read.ts';
import { DESK, ENTRIES, ownPlace, read, refused, sealed, write } from './place.ts';

test('not one byte of a plan can be changed, dropped or added unseen', async (t) => {
  const place = await ownPlace(t);
  await write(place, ENTRIES);
  const bytes = await readFile(place);
  for (let at = 0; at < bytes.length; at += 3) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1 << (at % 8);
    const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    const added = Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]);
    for (const edit of [changed, without, added]) {
      await writeFile(place, edit);
      await assert.rejects(PlanReader.open(place, DESK), PlanFileError, `byte ${at}`);
    }
  }
});

test('a plan that breaks off is refused wherever it breaks off', async (t) => {
  const place = await ownPlace(t);
  await write(place, ENTRIES);
  const bytes = await readFile(place);
  for (let length = 0; length < bytes.length; length += 7) {
    await refused(place, length < 9 ? 'not-a-plan' : 'cut-off', bytes.subarray(0, length));
  }
  await refused(place, 'cut-off', bytes.subarray(0, -1));
});

test('a value that was edited is said to be, and so are other line breaks', async (t) => {
  const place = await ownPlace(t);
  await write(place, ENTRIES);
  const text = await readFile(place, 'utf8');
  assert.match(
    (await refused(place, 'edited', text.replace('pro', 'own'))).message,
    /checksum.* plan again with: contact-sync/,
  );
  await refused(place, 'edited', text.replaceAll('\n', '\r\n'));
  await refused(place, 'edited', text.replace('desk.example.com', 'desk.example.org'));
  await refused(place, 'edited', text.replace(/"rows":5/, '"rows":4'));
  await refused(place, 'edited', `${text}${text.split('\n').at(-2)}\n`);
});

test('a newer version is told from an edit: by its number, or by lines nobody touched and nobody here knows', async (t) => {
  const place = await ownPlace(t);
  await write(place, ENTRIES);
  const lines = (await readFile(place, 'utf8')).split('\n').slice(0, -2);
  await refused(place, 'newer-version', sealed([lines[0]!.replace('"plan":1', '"plan":2'), ...lines.slice(1)]));
  const strange = {
    'an outcome': lines[1]!.replace('"updated"', '"postponed"'),
    'a key': lines[1]!.replace('{"row"', '{"weight":1,"row"'),
    'a match key': lines[1]!.replace('"email"', '"fax"'),
    'no contact to update': lines[1]!.replace('"contact_id":42', '"contact_id":null'),
    'a value that is no JSON': lines[1]!.replace('\\"pro\\"', 'pro'),
    'no JSON': 'row 1',
  };
  for (const [what, line] of Object.entries(strange)) {
    assert.notEqual(line, lines[1], what);
    await refused(place, 'newer-version', sealed([lines[0]!, line]));
  }
  await writeFile(place, sealed(lines));
  assert.equal((await read(place)).found.length, 3);
});

test('what is no plan is refused at once, whatever it is', async (t) => {
  const place = await ownPlace(t);
  assert.match((await refused(place, 'not-a-plan', 'email,name\n')).message, /plan <file\.\.\.> --out plan\.ndjson$/);
  await refused(place, 'not-a-plan', '');
  await refused(place, 'not-a-plan', '{"plan":"gold"}\n');
  await refused(place, 'not-a-plan', Buffer.alloc(100_000));
  await rm(place);
  await refused(place, 'missing-file');
  await mkdir(place);
  await refused(place, 'not-a-file');
  await rm(place, { recursive: true });
});

test('a plan for another desk or account is refused by both names, but not for how the address is spelt', async (t) => {
  const place = await ownPlace(t);
  await write(place, ENTRIES);
  const other = await refused(place, 'foreign-desk', undefined, { ...DESK, baseUrl: 'https://other.example.com' });
  assert.match(other.message, /desk\.example\.com.*other\.example\.com.*Correct CHATWOOT_BASE_URL/);
  const account = await refused(place, 'foreign-account', undefined, { ...DESK, accountId: 7 });
  assert.match(account.message, /account 1\b.*account 7\b.*Correct CHATWOOT_ACCOUNT_ID/);
  assert.equal((await read(place, 0, { ...DESK, baseUrl: 'https://DESK.example.com/' })).found.length, 3);
});
