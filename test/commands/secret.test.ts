import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSecret } from '../../src/commands/secret.ts';

test('a secret is read from a variable or a file, and what is missing is a sentence', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cs-secret-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'token'), 'Bearer hunter2\n');
  writeFileSync(join(dir, 'empty'), '\n');
  assert.deepEqual(readSecret(`file:${dir}/token`, {}), { value: 'Bearer hunter2' });
  assert.deepEqual(readSecret('env:TOKEN', { TOKEN: 'hunter2' }), { value: 'hunter2' });
  assert.deepEqual(readSecret('de', {}), { value: 'de' });
  assert.deepEqual(readSecret('env:TOKEN', { TOKEN: '' }), { fault: 'the variable TOKEN is not set. Set it.' });
  const faultOf = (text: string) => (readSecret(text, {}) as { fault: string }).fault;
  assert.match(faultOf(`file:${dir}/empty`), /is empty\. Put the secret into it\.$/);
  assert.match(faultOf(`file:${dir}/none`), /cannot be read \(ENOENT\)\. Correct the path or its rights\.$/);
});
