import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { TYPES } from '../../config/column.ts';
import { ConfigError } from '../../config/error.ts';
import { loadConfig } from '../../config/load.ts';
import { CONFIG } from '../../config/schema.ts';
import { SCHEMA_FILE, schemaText } from '../../scripts/json-schema.ts';
import { mappingOf } from '../../src/commands/file-mapping-of.ts';
import { VALUE_TYPES } from '../../src/value/value-types.ts';
import { configFile } from './config-file.ts';

test('the section becomes plain data, and what the file says holds where a column says nothing', () => {
  const { sources } = CONFIG.parse({
    sources: {
      crm: {
        file: {
          timezone: 'Europe/Berlin',
          country: 'DE',
          locale: 'de',
          observed_at: 'Changed',
          where: { Stage: { not: ['a', 'b'] }, Kind: 'x' },
          columns: {
            Phone: { to: 'Phone_Number', type: 'phone' },
            Fax: { to: 'custom_attributes.fax', type: 'phone', country: 'AT' },
            Sum: { to: 'custom_attributes.sum', type: 'number', required: false },
            Plain: { to: 'name', optional: true },
            Mail: false,
          },
          fields: { labels: { value: '+crm', when: { Kind: ['x'] } } },
        },
      },
    },
  });
  const mapping = mappingOf('crm', sources.crm!.file!);
  assert.deepEqual(JSON.parse(JSON.stringify(mapping)), mapping, 'it is kept as JSON');
  const rule = (key: string, field: string, more: object) => ({ key, field, settings: {}, when: [], ...more });
  assert.deepEqual(mapping.rules, [
    rule('columns.Phone', 'phone_number', { from: { column: 'Phone' }, type: 'phone', settings: { country: 'DE' } }),
    rule('columns.Fax', 'custom_attributes.fax', {
      from: { column: 'Fax' },
      type: 'phone',
      settings: { country: 'AT' },
    }),
    rule('columns.Sum', 'custom_attributes.sum', {
      from: { column: 'Sum' },
      type: 'number',
      settings: { locale: 'de' },
    }),
    rule('columns.Plain', 'name', { from: { column: 'Plain' }, optional: true }),
    rule('fields.labels', 'labels', {
      from: { value: '+crm' },
      when: [{ column: 'Kind', values: ['x'], not: false }],
    }),
  ]);
  assert.deepEqual(mapping.without, ['Mail']);
  assert.deepEqual(mapping.observedAt, { column: 'Changed', settings: { locale: 'de', timezone: 'Europe/Berlin' } });
  assert.deepEqual(mapping.where, [
    { column: 'Stage', values: ['a', 'b'], not: true },
    { column: 'Kind', values: ['x'], not: false },
  ]);
  assert.equal(mapping.refusesConflicts, true);
});

test('each fault is said with the path of its key and the nearest name', () => {
  const column = (said: unknown) => ({ columns: { A: said } });
  const cases: [section: unknown, fault: RegExp][] = [
    [column('emal'), /file\.columns\.A: there is no field "emal"\. Did you mean email\? Correct/],
    [column(7), /file\.columns\.A: /],
    [column({ to: 'email', typ: 'email' }), /columns\.A\.typ: no such setting\. Did you mean type\?/],
    [column({ type: 'email' }), /columns\.A\.to: /],
    [column({ to: 'email', type: 'emial' }), /columns\.A\.type: there is no type "emial"\. Did you mean email\?/],
    [column({ to: 'email', country: 'DE' }), /columns\.A\.country: needs a type: phone\. Correct/],
    [
      column({ to: 'email', type: 'email', join: ';' }),
      /columns\.A\.join: does not belong to type email, which takes split, treat_as_empty; it goes with list\./,
    ],
    [column({ to: 'email', unknown: 'keep' }), /columns\.A\.unknown: goes with lookup/],
    [
      column({ to: 'phone_number', type: 'phone', country: 'UK' }),
      /country: there is no country "UK"\. Did you mean GB\?/,
    ],
    [
      column({ to: 'phone_number', type: 'phone', country: 'de' }),
      /country: there is no country "de"\. Did you mean DE\?/,
    ],
    [column({ to: 'phone_number', type: 'phone', country: 'Germany' }), /Write two capitals \(ISO 3166\), like DE\./],
    [
      { timezone: 'Europe/Berln' },
      /file\.timezone: there is no time zone "Europe\/Berln"\. Did you mean Europe\/Berlin\?/,
    ],
    [{ timezone: 'CEST+7' }, /Write Europe\/Berlin\./],
    [{ fields: { nam: 'x' } }, /fields\.nam: there is no field "nam"\. Did you mean name\?/],
    [{ fields: { name: '{A' } }, /fields\.name: "\{" has no counterpart\. Write \{\{ for a brace\./],
    [{ fields: { name: { template: '{}' } } }, /fields\.name\.template: \{\} names no column/],
    [{ fields: { name: 'fixed' } }, /fields\.name: names no column: write \{Column\}, or \{ value: the text \}/],
    [{ fields: { name: {} } }, /fields\.name: takes exactly one of template, first_of and value/],
    [{ fields: { name: { value: 'x', first_of: ['A'] } } }, /takes exactly one/],
    [{ where: { A: { nott: 'x' } } }, /file\.where\.A/],
    [{ match: ['mail'] }, /file\.match\.0: /],
    [{ colums: {} }, /file\.colums: no such setting\./],
  ];
  for (const [section, fault] of cases) assert.match(faultsOf({ sources: { crm: { file: section } } }), fault);
  const both = faultsOf({
    version: 2,
    sources: { crm: { file: column('emal') }, app: {}, other: { verify: { scheme: 'none' } } },
  });
  assert.match(both, /version: is none that this program reads\. Write version: 1, or take a newer contact-sync/);
  assert.match(both, /columns\.A: there is no field/);
  assert.match(both, /sources\.app: says neither how deliveries are read \(preset\) nor what files hold \(file\)/);
});

test('a sender still needs to prove who it is, and a source of files may be one', () => {
  assert.match(
    faultsOf({ sources: { app: { preset: 'generic', file: {} } } }),
    /sources\.app\.verify: is needed with a preset/,
  );
  const verify = { scheme: 'bearer', secrets: ['env:T'] };
  assert.match(faultsOf({ sources: { app: { verify, file: {} } } }), /sources\.app\.preset: is needed with verify/);
  assert.equal(faultsOf({ sources: { app: { preset: 'generic', verify, file: {} } } }), '');
  assert.equal(faultsOf({ version: 1, sources: { app: { file: {} } } }), '');
});

test('the types that the configuration knows are those that there are, with the settings that they have', () => {
  assert.deepEqual(Object.keys(TYPES), Object.keys(VALUE_TYPES));
  for (const [type, { defaults }] of Object.entries(VALUE_TYPES))
    for (const setting of Object.keys(defaults))
      assert.ok((TYPES[type as keyof typeof TYPES] as readonly string[]).includes(setting), `${type}.${setting}`);
});

test('the schema for editors is up to date (else: npm run docs), offers no secret, and the example points at it', () => {
  const text = readFileSync(SCHEMA_FILE, 'utf8');
  assert.ok(text === schemaText(), `${SCHEMA_FILE} is out of date. Run: npm run docs`);
  const schema = JSON.parse(text);
  assert.equal(schema.properties.undo_key ?? schema.properties.chatwoot.properties.api_access_token, undefined);
  const column = schema.properties.sources.additionalProperties.properties.file.properties.columns.additionalProperties;
  assert.deepEqual(
    column.anyOf.map(({ type, const: only }: { type?: string; const?: unknown }) => only ?? type),
    ['string', false, 'object'],
  );
  const example = readFileSync('examples/contact-sync.yaml', 'utf8');
  const named = /^# yaml-language-server: \$schema=\.\/(\S+)$/m.exec(example)?.[1];
  assert.equal(named, SCHEMA_FILE);
  assert.equal(parse(example).version, 1);
});

/** The text of all faults of a configuration; '' when it has none. */
function faultsOf(config: unknown): string {
  try {
    loadConfig({ file: configFile(config), env: {}, flags: {} });
    return '';
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
}
