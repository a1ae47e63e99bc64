import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { writes } from '../../src/plan/entry.ts';
import type { PlanFileError } from '../../src/plan/error.ts';
import { PlanReader } from '../../src/plan/read.ts';
import { DESK, ENTRIES, ownPlace, read, write } from './place.ts';
import { sampleEntry, sampleHeader } from './sample.ts';

test('what is written is read again: the header, the counts, and the entries that write, numbered', async (t) => {
  const place = await ownPlace(t);
  const sha256 = await write(place, ENTRIES);
  const { reader, found } = await read(place);
  assert.deepEqual(reader.header, sampleHeader());
  assert.deepEqual([reader.rows, reader.writes, reader.sha256], [5, 3, sha256]);
  assert.deepEqual(
    found,
    ENTRIES.filter(writes).map((entry, number) => ({ number, line: ENTRIES.indexOf(entry) + 2, entry })),
  );
});

test('reading goes on from any number', async (t) => {
  const place = await ownPlace(t);
  await write(place, ENTRIES);
  for (const from of [1, 2, 3, 9]) {
    const { found } = await read(place, from);
    assert.deepEqual(
      found.map(({ number, entry }) => [number, entry.row]),
      [
        [0, 0],
        [1, 2],
        [2, 4],
      ].slice(from),
    );
  }
});

test('a line longer than what is read at once survives, and so do many short ones', async (t) => {
  const place = await ownPlace(t);
  const long = sampleEntry({ changes: [{ field: 'name', before: '""', after: JSON.stringify('é'.repeat(300_000)) }] });
  const many = Array.from({ length: 2_000 }, (_, row) => sampleEntry({ row: row + 1 }));
  await write(place, [long, ...many]);
  const { found } = await read(place);
  assert.deepEqual(
    found.map((each) => each.entry),
    [long, ...many],
  );
});

test('a plan that is written to while it is carried out ends with an error, not with other contents', async (t) => {
  const place = await ownPlace(t);
  const many = Array.from({ length: 2_000 }, (_, row) => sampleEntry({ row }));
  await write(place, many);
  const reader = await PlanReader.open(place, DESK);
  try {
    const rows: number[] = [];
    const going = async () => {
      for await (const each of reader.entries()) {
        rows.push(each.entry.row);
        if (rows.length === 1) await writeFile(place, (await readFile(place, 'utf8')).replaceAll('pro', 'own'));
      }
    };
    await assert.rejects(going(), (error: PlanFileError) => error.code === 'changed-meanwhile');
    assert.ok(rows.length > 0 && rows.length < many.length);
  } finally {
    await reader.close();
  }
});

test('a plan that is made anew meanwhile does not disturb the one that is carried out', async (t) => {
  const place = await ownPlace(t);
  const many = Array.from({ length: 2_000 }, (_, row) => sampleEntry({ row }));
  await write(place, many);
  const reader = await PlanReader.open(place, DESK);
  try {
    let rows = 0;
    for await (const each of reader.entries()) {
      if (rows === 0) await write(place, ENTRIES);
      assert.equal(each.entry.row, rows++);
    }
    assert.equal(rows, many.length);
  } finally {
    await reader.close();
  }
});
