import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { PlanFileError } from '../../src/plan/error.ts';
import { PlanWriter } from '../../src/plan/write.ts';
import { ENTRIES, ownDir, ownPlace, read, sealed, write } from './place.ts';
import { sampleEntry, sampleHeader } from './sample.ts';

test('its shape is a promise to other programs: a header, a line a row, a checksum over all before it', async (t) => {
  const place = await ownPlace(t);
  await write(place, [sampleEntry()]);
  const text = await readFile(place, 'utf8');
  assert.equal(
    text,
    sealed([
      `{"plan":1,"run":"run_a1","base_url":"https://desk.example.com","account_id":1,"created_at":"2026-01-14T02:15:00.000Z","files":[{"path":"contacts.csv","sha256":"${'ab'.repeat(32)}"}],"options":{"match":["email"],"map":{},"empty_cells":"leave","on_missing":"report"}}`,
      '{"row":0,"source":"contacts.csv","line":2,"outcome":"updated","reason":null,"contact_id":42,"keys":{"email":"ada@example.com"},"changes":[{"field":"custom_attributes.plan","before":"\\"free\\"","after":"\\"pro\\""}]}',
    ]),
  );
});

test('only its owner can read it, and an older plan is replaced only when the new one is whole', async (t) => {
  const own = await ownDir(t);
  const to = path.join(own, 'new', 'plan.ndjson');
  await write(to, ENTRIES);
  const old = await readFile(to);
  assert.equal((await stat(to)).mode & 0o777, 0o600);
  const writer = await PlanWriter.open(to, sampleHeader());
  for (let row = 0; row < 2_000; row++) await writer.add(sampleEntry({ row }));
  assert.deepEqual(await readFile(to), old);
  const [part] = (await readdir(path.dirname(to))).filter((name) => name.endsWith('.part'));
  assert.equal((await stat(path.join(path.dirname(to), part!))).mode & 0o777, 0o600);
  await writer.discard();
  assert.deepEqual(await readdir(path.dirname(to)), ['plan.ndjson']);
  assert.deepEqual(await readFile(to), old);
  await write(to, [sampleEntry()]);
  assert.notDeepEqual(await readFile(to), old);
});

test('rows that are added without waiting keep their order', async (t) => {
  const place = await ownPlace(t);
  const writer = await PlanWriter.open(place, sampleHeader());
  for (let row = 0; row < 2_000; row++) void writer.add(sampleEntry({ row }));
  await writer.finish();
  const { found } = await read(place);
  assert.ok(found.length === 2_000 && found.every(({ number, entry: { row } }) => number === row));
});

test('a place where no file can stand is refused before the work', async (t) => {
  const own = await ownDir(t);
  await symlink('/dev/null', path.join(own, 'device'));
  await writeFile(path.join(own, 'file'), '');
  for (const [name, code] of [
    ['.', 'not-a-file'],
    ['device', 'not-a-file'],
    ['file/plan.ndjson', 'unwritable'],
  ] as const) {
    await assert.rejects(PlanWriter.open(path.join(own, name), sampleHeader()), (error: PlanFileError) => {
      assert.equal(error.code, code, error.message);
      return /--out\.$/.test(error.message);
    });
  }
  assert.deepEqual((await readdir(own)).sort(), ['device', 'file']);
});

test('a place that is taken while the plan grows is left as it is, and nothing stays beside it', async (t) => {
  const own = await ownDir(t);
  const to = path.join(own, 'plan.ndjson');
  const writer = await PlanWriter.open(to, sampleHeader());
  await mkdir(path.join(to, 'full'), { recursive: true });
  await assert.rejects(writer.finish(), (error: PlanFileError) => error.code === 'unwritable');
  assert.deepEqual(await readdir(own), ['plan.ndjson']);
  await rm(to, { recursive: true });
});

test('a finished plan is not discarded any more', async (t) => {
  const place = await ownPlace(t);
  const writer = await PlanWriter.open(place, sampleHeader());
  await writer.add(sampleEntry());
  await writer.finish();
  await writer.discard();
  assert.equal((await read(place)).found.length, 1);
});
