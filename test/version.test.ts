import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { USER_AGENT, VERSION } from '../src/version.ts';

test('the version in the program is the one of the package', () => {
  const { version, name } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  assert.equal(VERSION, version);
  assert.equal(USER_AGENT, `${name}/${version}`);
});
