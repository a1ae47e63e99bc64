import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const CHANGES = path.resolve('src/run/changes.ts');

/** Appends lines of so many bytes, and prints how that ended. */
const APPEND = `
const { ChangesFile } = await import(process.argv[1]);
const changes = new ChangesFile(process.argv[2]);
await changes.append(['first']);
await changes.append(['x'.repeat(20_000)]).then(() => console.log('fine'), (error) => console.log(error.code));
await changes.close();
`;

test('a disk that takes only a part is an error, and not a file with half of it', async (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-full-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const file = path.join(dir, 'undo.ndjson');
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', APPEND, CHANGES, file];
  // A file may have 8 kB: the write that goes beyond takes what fits, the next one is refused.
  const limited = ['trap \'\' XFSZ; ulimit -f 8; exec "$@"', 'sh', ...node];
  const { stdout } = await promisify(execFile)('bash', ['-c', ...limited], { cwd: path.resolve('.') });
  assert.equal(stdout, 'EFBIG\n');
  assert.equal(statSync(file).size, 8192, 'a part of it was taken');
});
