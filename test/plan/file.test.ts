import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type PlanEntry, writes } from '../../src/plan/entry.ts';
import { PlanFileError, type PlanFileErrorCode } from '../../src/plan/error.ts';
import { type Desk, type NumberedEntry, PlanReader } from '../../src/plan/read.ts';
import { PlanWriter } from '../../src/plan/write.ts';
import { REASON_NAMES } from '../../src/run/reason.ts';
import { sampleEntry, sampleHeader } from './sample.ts';

const DESK: Desk = { baseUrl: 'https://desk.example.com', accountId: 1 };
const ENTRIES = [
  sampleEntry(),
  sampleEntry({ row: 1, line: 3, outcome: 'unchanged', changes: [] }),
  sampleEntry({ row: 2, line: 4, outcome: 'created', contact_id: null }),
  sampleEntry({ row: 3, line: 5, outcome: 'invalid', reason: 'email-format', contact_id: null, keys: {}, changes: [] }),
  sampleEntry({ row: 4, line: 6, contact_id: 44, changes: [{ field: 'avatar_url', before: undefined, after: '"x"' }] }),
];

let dir: string;
let place: string;
before(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'plan-file-'));
  place = path.join(dir, 'plan.ndjson');
});
after(() => rm(dir, { recursive: true, force: true }));

async function write(entries: readonly PlanEntry[], header = sampleHeader(), to = place): Promise<string> {
  const writer = await PlanWriter.open(to, header);
  for (const entry of entries) await writer.add(entry);
  return writer.finish();
}

async function read(from = 0, desk = DESK): Promise<{ reader: PlanReader; found: NumberedEntry[] }> {
  const reader = await PlanReader.open(place, desk);
  try {
    const found: NumberedEntry[] = [];
    for await (const each of reader.entries(from)) found.push(each);
    return { reader, found };
  } finally {
    await reader.close();
  }
}

async function refused(code: PlanFileErrorCode, bytes?: Buffer | string, desk = DESK): Promise<PlanFileError> {
  if (bytes !== undefined) await writeFile(place, bytes);
  const error = await PlanReader.open(place, desk).then(
    async (reader) => {
      await reader.close();
      assert.fail(`was read, where ${code} was expected`);
    },
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlanFileError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

/** The lines with a last one that agrees. */
function sealed(lines: string[]): string {
  const body = lines.map((line) => `${line}\n`).join('');
  const hash = createHash('sha256').update(body).digest('hex');
  return `${body}{"checksum":"sha256:${hash}","rows":${lines.length - 1}}\n`;
}

test('what is written is read again: the header, the counts, and the entries that write, numbered', async () => {
  const sha256 = await write(ENTRIES);
  const { reader, found } = await read();
  assert.deepEqual(reader.header, sampleHeader());
  assert.deepEqual([reader.rows, reader.writes, reader.sha256], [5, 3, sha256]);
  assert.deepEqual(
    found,
    ENTRIES.filter(writes).map((entry, number) => ({ number, entry })),
  );
});

test('reading goes on from any number', async () => {
  await write(ENTRIES);
  for (const from of [1, 2, 3, 9]) {
    const { found } = await read(from);
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

test('its shape is a promise to other programs: a header, a line a row, a checksum over all before it', async () => {
  await write([sampleEntry()]);
  const text = await readFile(place, 'utf8');
  assert.equal(
    text,
    sealed([
      `{"plan":1,"run":"run_a1","base_url":"https://desk.example.com","account_id":1,"created_at":"2026-01-14T02:15:00.000Z","files":[{"path":"contacts.csv","sha256":"${'ab'.repeat(32)}"}],"options":{"match":["email"],"map":{},"empty_cells":"leave","on_missing":"report"}}`,
      '{"row":0,"source":"contacts.csv","line":2,"outcome":"updated","reason":null,"contact_id":42,"keys":{"email":"ada@example.com"},"changes":[{"field":"custom_attributes.plan","before":"\\"free\\"","after":"\\"pro\\""}]}',
    ]),
  );
});

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
);
const own = { noNullPrototype: true };
const keys = fc.record(
  { id: fc.string(), identifier: fc.string({ unit: 'binary' }), email: fc.string(), phone_number: fc.string() },
  { requiredKeys: [], ...own },
);
const change = fc.record(
  {
    field: fc.string({ minLength: 1, unit: 'binary' }),
    before: fc.option(fc.oneof(json, fc.constant('')), { nil: undefined }),
    after: json,
  },
  own,
);
const entry: fc.Arbitrary<PlanEntry> = fc.record(
  {
    row: fc.nat(),
    source: fc.string({ unit: 'binary' }),
    line: fc.integer({ min: 1 }),
    outcome: fc.constantFrom('updated', 'created', 'unchanged', 'not_found', 'invalid'),
    reason: fc.option(fc.constantFrom(...REASON_NAMES)),
    contact_id: fc.oneof(fc.integer({ min: 1 }), fc.constant(1e19)),
    detail: fc.string(),
    keys,
    changes: fc.array(change, { maxLength: 3 }),
  },
  { requiredKeys: ['row', 'source', 'line', 'outcome', 'reason', 'contact_id', 'keys', 'changes'], ...own },
);

test('any plan comes back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
      await write(entries);
      const { reader, found } = await read();
      assert.equal(reader.rows, entries.length);
      assert.deepEqual(
        found.map((each) => each.entry),
        entries.filter(writes),
      );
    }),
    { numRuns: 200 },
  );
});

test('a line longer than what is read at once survives, and so do many short ones', async () => {
  const long = sampleEntry({ changes: [{ field: 'name', before: '""', after: JSON.stringify('é'.repeat(300_000)) }] });
  const many = Array.from({ length: 2_000 }, (_, row) => sampleEntry({ row: row + 1 }));
  await write([long, ...many]);
  const { found } = await read();
  assert.deepEqual(
    found.map((each) => each.entry),
    [long, ...many],
  );
});

test('not one byte of a plan can be changed, dropped or added unseen', async () => {
  await write(ENTRIES);
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

test('a plan that breaks off is refused wherever it breaks off', async () => {
  await write(ENTRIES);
  const bytes = await readFile(place);
  for (let length = 0; length < bytes.length; length += 7) {
    await refused(length < 9 ? 'not-a-plan' : 'cut-off', bytes.subarray(0, length));
  }
  await refused('cut-off', bytes.subarray(0, -1));
});

test('a value that was edited is said to be, and so are other line breaks', async () => {
  await write(ENTRIES);
  const text = await readFile(place, 'utf8');
  assert.match(
    (await refused('edited', text.replace('pro', 'own'))).message,
    /checksum.* plan again with: contact-sync/,
  );
  await refused('edited', text.replaceAll('\n', '\r\n'));
  await refused('edited', text.replace('desk.example.com', 'desk.example.org'));
  await refused('edited', text.replace(/"rows":5/, '"rows":4'));
  await refused('edited', `${text}${text.split('\n').at(-2)}\n`);
});

test('a newer version is told from an edit: by its number, or by lines nobody touched and nobody here knows', async () => {
  await write(ENTRIES);
  const lines = (await readFile(place, 'utf8')).split('\n').slice(0, -2);
  await refused('newer-version', sealed([lines[0]!.replace('"plan":1', '"plan":2'), ...lines.slice(1)]));
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
    await refused('newer-version', sealed([lines[0]!, line]));
  }
  await writeFile(place, sealed(lines));
  assert.equal((await read()).found.length, 3);
});

test('what is no plan is refused at once, whatever it is', async () => {
  assert.match((await refused('not-a-plan', 'email,name\n')).message, /plan <file\.\.\.> --out plan\.ndjson$/);
  await refused('not-a-plan', '');
  await refused('not-a-plan', '{"plan":"gold"}\n');
  await refused('not-a-plan', Buffer.alloc(100_000));
  await rm(place);
  await refused('missing-file');
  await mkdir(place);
  await refused('not-a-file');
  await rm(place, { recursive: true });
});

test('a plan for another desk or account is refused by both names, but not for how the address is spelt', async () => {
  await write(ENTRIES);
  const other = await refused('foreign-desk', undefined, { ...DESK, baseUrl: 'https://other.example.com' });
  assert.match(other.message, /desk\.example\.com.*other\.example\.com.*Correct CHATWOOT_BASE_URL/);
  const account = await refused('foreign-account', undefined, { ...DESK, accountId: 7 });
  assert.match(account.message, /account 1\b.*account 7\b.*Correct CHATWOOT_ACCOUNT_ID/);
  assert.equal((await read(0, { ...DESK, baseUrl: 'https://DESK.example.com/' })).found.length, 3);
});

test('a plan that is written to while it is carried out ends with an error, not with other contents', async () => {
  const many = Array.from({ length: 2_000 }, (_, row) => sampleEntry({ row }));
  await write(many);
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

test('a plan that is made anew meanwhile does not disturb the one that is carried out', async () => {
  const many = Array.from({ length: 2_000 }, (_, row) => sampleEntry({ row }));
  await write(many);
  const reader = await PlanReader.open(place, DESK);
  try {
    let rows = 0;
    for await (const each of reader.entries()) {
      if (rows === 0) await write(ENTRIES);
      assert.equal(each.entry.row, rows++);
    }
    assert.equal(rows, many.length);
  } finally {
    await reader.close();
  }
});

test('only its owner can read it, and an older plan is replaced only when the new one is whole', async () => {
  const own = await mkdtemp(path.join(dir, 'own-'));
  const to = path.join(own, 'new', 'plan.ndjson');
  await write(ENTRIES, sampleHeader(), to);
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
  await write([sampleEntry()], sampleHeader(), to);
  assert.notDeepEqual(await readFile(to), old);
});

test('rows that are added without waiting keep their order', async () => {
  const writer = await PlanWriter.open(place, sampleHeader());
  for (let row = 0; row < 2_000; row++) void writer.add(sampleEntry({ row }));
  await writer.finish();
  const { found } = await read();
  assert.ok(found.length === 2_000 && found.every(({ number, entry: { row } }) => number === row));
});

test('a place where no file can stand is refused before the work', async () => {
  const own = await mkdtemp(path.join(dir, 'own-'));
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
