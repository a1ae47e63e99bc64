import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { SourceError } from '../../src/source/error.ts';
import { openSources } from '../../src/source/file.ts';
import { fileWith, freshDirectory } from './fixture.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function refuses(t: TestContext, paths: string[], code: string, place: string, stdin?: Readable) {
  const spoolDir = await freshDirectory(t);
  await assert.rejects(openSources(paths, spoolDir, stdin && { stdin }), (error) => {
    assert.ok(error instanceof SourceError);
    assert.equal(error.code, code);
    assert.equal(error.place, place);
    assert.match(error.message, /\. [A-Z].*\.$|\. [A-Z].*\*\.csv\.$/);
    return true;
  });
  assert.deepEqual(await readdir(spoolDir), []);
}

test('a regular file is used as it is, with its size and digest', async (t) => {
  const text = 'id,name\n1,Zoë\n';
  const file = await fileWith(t, text);
  const spoolDir = path.join(await freshDirectory(t), 'not-needed');
  assert.deepEqual(await openSources([file], spoolDir), [
    { path: file, file, size: Buffer.byteLength(text), sha256: sha256(text), lines: 2 },
  ]);
  await assert.rejects(stat(spoolDir), { code: 'ENOENT' });
});

test('standard input is copied, for its owner only', async (t) => {
  const spoolDir = path.join(await freshDirectory(t), 'new', 'spool');
  const [source] = await openSources(['-'], spoolDir, {
    stdin: Readable.from([Buffer.from('id\n'), Buffer.from('1\n')]),
  });
  const file = path.join(spoolDir, 'stdin-1.csv');
  assert.deepEqual(source, { path: '-', file, size: 5, sha256: sha256('id\n1\n'), lines: 2 });
  assert.equal(await readFile(file, 'utf8'), 'id\n1\n');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(spoolDir), ['stdin-1.csv']);
});

test('a named pipe is copied under the next number', async (t) => {
  const directory = await freshDirectory(t);
  const pipe = path.join(directory, 'pipe.csv');
  execFileSync('mkfifo', [pipe]);
  const writer = spawn('sh', ['-c', `printf 'id\\n7\\n' > "$0"`, pipe]);
  const sources = await openSources(['-', pipe], directory, { stdin: Readable.from([Buffer.from('id\n1\n')]) });
  assert.deepEqual(
    sources.map((source) => [source.path, path.basename(source.file)]),
    [
      ['-', 'stdin-1.csv'],
      [pipe, 'stdin-2.csv'],
    ],
  );
  assert.equal(await readFile(path.join(directory, 'stdin-2.csv'), 'utf8'), 'id\n7\n');
  writer.kill();
});

test('a missing file, a directory and a path through a file are refused', async (t) => {
  const file = await fileWith(t, 'id\n');
  const missing = path.join(path.dirname(file), 'missing.csv');
  await refuses(t, [file, missing], 'missing-file', missing);
  await refuses(t, [path.dirname(file)], 'directory', path.dirname(file));
  await refuses(t, [`${file}/x.csv`], 'missing-file', `${file}/x.csv`);
});

test('a file without permission is refused', { skip: process.getuid?.() === 0 && 'root may read all' }, async (t) => {
  const file = await fileWith(t, 'id\n');
  await chmod(file, 0);
  await refuses(t, [file], 'unreadable', file);
});

test('an empty file is refused, also one of white space or a byte order mark', async (t) => {
  for (const text of ['', '\ufeff', '\ufeff \r\n\t\n', '\n']) {
    const file = await fileWith(t, text);
    await refuses(t, [file], 'empty-file', file);
    await refuses(t, ['-'], 'empty-file', '-', Readable.from([Buffer.from(text)]));
  }
  await refuses(t, ['/dev/null'], 'empty-file', '/dev/null');
});

test('a byte order mark that comes byte by byte is still blank', async (t) => {
  const bytes = [...Buffer.from('\ufeff\n')].map((byte) => Buffer.from([byte]));
  await refuses(t, ['-'], 'empty-file', '-', Readable.from(bytes));
});

test('standard input twice is refused before anything is read', async (t) => {
  await refuses(t, ['-', '-'], 'stdin-twice', '-');
});

test('a broken pipe leaves no half copy behind', async (t) => {
  const broken = new Readable({
    read() {
      this.push('id\n');
      this.destroy(Object.assign(new Error('gone'), { code: 'EIO' }));
    },
  });
  await refuses(t, ['-'], 'unreadable', '-', broken);
});

test('a copy that cannot be written names the place', async (t) => {
  const file = await fileWith(t, 'id\n');
  await assert.rejects(openSources(['-'], path.join(file, 'spool'), { stdin: Readable.from([Buffer.from('id\n')]) }), {
    code: 'unreadable',
  });
});

test('lines are counted, with a last one that does not end', async (t) => {
  const dir = await freshDirectory(t);
  for (const [text, lines] of [
    ['id', 1],
    ['id\n', 1],
    ['id\n1', 2],
    ['id\r\n1\r\n\r\n', 3],
    [`id\n${'1,"two\nlines"\n'.repeat(100_000)}`, 200_001],
  ] as const) {
    const [source] = await openSources([await fileWith(t, text)], dir);
    assert.equal(source!.lines, lines, JSON.stringify(text.slice(0, 12)));
  }
});
