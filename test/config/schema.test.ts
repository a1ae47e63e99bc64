import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { parse } from 'yaml';
import { CONFIG, ENVIRONMENT, FILE_VARIABLES, FLAGS } from '../../config/schema.ts';
import { VERIFY } from '../../config/verify.ts';
import { SECTIONS, staleDocs } from '../../scripts/docs.ts';
import { settings } from '../../scripts/settings.ts';
import { withCommonOptions, withPaceOptions, withRowOptions, withSafetyOptions } from '../../src/commands/options.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Key to description, of every setting. */
function settingsByKey(): Map<string, string> {
  return new Map(settings().map(({ key, meaning }) => [key, meaning]));
}

test('the settings of a source, of its proof and of its paths are among them, each once', () => {
  const keys = settings().map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  for (const key of ['public_url', 'serve.port', 'sources', 'sources.<name>.map', 'sources.<name>.verify.secrets'])
    assert.ok(keys.includes(key), key);
  assert.ok(keys.includes('sources.<name>.json.deleted.path'));
  const scheme = settings().find(({ key }) => key === 'sources.<name>.verify.scheme')!;
  for (const one of VERIFY.options) assert.ok(scheme.meaning.includes(one.shape.scheme.value), one.shape.scheme.value);
  const header = settings().find(({ key }) => key === 'sources.<name>.verify.header')!;
  assert.equal(header.default, 'stripe-signature or authorization');
});

test('every setting says what it means, in a sentence', () => {
  for (const [key, meaning] of settingsByKey()) assert.match(meaning ?? '', /^.{15,}\.$/, key);
});

test('every variable and flag belongs to a setting that exists', () => {
  const keys = settingsByKey();
  for (const names of [ENVIRONMENT, FILE_VARIABLES]) {
    for (const [variable, key] of Object.entries(names)) assert.ok(keys.has(key), variable);
  }
  for (const key of Object.keys(FLAGS)) assert.ok(keys.has(key), key);
});

test('every flag of a setting is an option of the commands', () => {
  const command = withSafetyOptions(withRowOptions(withPaceOptions(withCommonOptions(new Command()))));
  const options = new Set(command.options.map(({ long }) => long));
  for (const flag of Object.values(FLAGS)) assert.ok(options.has(flag), flag);
});

test('the configuration documents are up to date (else: npx tsx scripts/docs.ts)', async () => {
  const ours = SECTIONS.filter(({ file }) => file === 'docs/configuration.md' || file === '.env.example');
  assert.equal(ours.length, 2);
  assert.deepEqual(
    (await staleDocs(ROOT, ours)).map(({ file }) => file),
    [],
  );
});

test('the documents name every setting and every variable', () => {
  const page = readFileSync(`${ROOT}/docs/configuration.md`, 'utf8');
  for (const key of settingsByKey().keys()) assert.match(page, new RegExp(`^\\| \`${key}\` +\\|`, 'm'));
  const example = readFileSync(`${ROOT}/.env.example`, 'utf8');
  for (const variable of [...Object.keys(ENVIRONMENT), ...Object.keys(FILE_VARIABLES)]) {
    assert.match(example, new RegExp(`^(# )?${variable}=`, 'm'));
  }
});

test('the example on the page is a configuration', () => {
  const page = readFileSync(`${ROOT}/docs/configuration.md`, 'utf8');
  const yaml = /```yaml\n([^`]+)```/.exec(page)![1]!;
  const { rate, match } = CONFIG.parse(parse(yaml));
  assert.deepEqual([rate, match], [1500, ['identifier', 'email']]);
});
