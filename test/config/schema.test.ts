import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { CONFIG, ENVIRONMENT, FILE_VARIABLES, FLAGS } from '../../config/schema.ts';
import { SECTIONS, staleDocs } from '../../scripts/docs.ts';
import { withCommonOptions, withPaceOptions, withRowOptions, withSafetyOptions } from '../../src/commands/options.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Key to description, of every setting. */
function settings(): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const walk = (schema: z.core.JSONSchema.BaseSchema, path: string): void => {
    for (const [name, value] of Object.entries(schema.properties ?? {})) {
      const part = value as z.core.JSONSchema.BaseSchema;
      if (part.properties === undefined) found.set(path + name, part.description);
      else walk(part, `${path}${name}.`);
    }
  };
  walk(z.toJSONSchema(CONFIG, { io: 'input' }), '');
  return found;
}

test('every setting says what it means, in a sentence', () => {
  for (const [key, meaning] of settings()) assert.match(meaning ?? '', /^.{15,}\.$/, key);
});

test('every variable and flag belongs to a setting that exists', () => {
  const keys = settings();
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
  for (const key of settings().keys()) assert.match(page, new RegExp(`^\\| \`${key}\` +\\|`, 'm'));
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
