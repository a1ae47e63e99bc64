import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG } from '../../config/schema.ts';
import { columnsOf, missingIn } from '../../src/commands/export-columns.ts';
import { columnSettings, fileMappingIn } from '../../src/commands/file-mapping-of.ts';
import { planColumns } from '../../src/mapping/columns.ts';

const SECRET = { scheme: 'bearer', secrets: ['env:NOT_SET'] };

const config = {
  account: 'default',
  ...CONFIG.parse({
    sources: {
      hubspot: { preset: 'hubspot', verify: SECRET, match: ['email'], map: { plan: 'custom_attributes.plan' } },
      wrong: { preset: 'generic', verify: SECRET, map: { plan: 'custom_attribute.plan' } },
      desk: { preset: 'chatwoot', verify: SECRET },
      located: {
        ...{ preset: 'generic', verify: SECRET, map: { plan: 'custom_attributes.plan' } },
        file: { url: 'https://crm.test/export.csv', encoding: 'latin1' },
      },
      mapped: {
        preset: 'generic',
        verify: SECRET,
        file: { encoding: 'latin1', columns: { Plan: 'custom_attributes.plan' } },
      },
      'desk-file': { preset: 'chatwoot', verify: SECRET, file: { delimiter: ';' } },
      other: { preset: 'generic', verify: SECRET, account: 'emea' },
    },
  }),
};

const whole = { ...config, places: [] };

test('the columns of an export are those of its source, over what the preset maps by itself; no secret is needed', () => {
  assert.deepEqual(columnsOf(config, 'hubspot', undefined), {
    name: 'hubspot',
    map: { email: 'email', phone: 'phone_number', plan: 'custom_attributes.plan' },
    match: ['email'],
  });
  assert.equal(columnsOf(config, 'hubspot', 'Record ID').subject, 'Record ID');
});

test('a field that is configured and set by no column is told, what the preset maps besides is not', () => {
  const source = columnsOf(config, 'hubspot', undefined);
  const columns = (...header: string[]) => planColumns(header, { map: {}, emptyCells: 'leave', source });
  assert.deepEqual(missingIn(config, 'hubspot', { plan: columns('Email') }), ['custom_attributes.plan']);
  assert.deepEqual(missingIn(config, 'hubspot', { plan: columns('Email', 'Plan') }), []);
});

test('a source that is not there, is the desk itself or sets no field is refused with the next step', () => {
  const refused = (name: string) => () => columnsOf(config, name, undefined);
  assert.throws(
    refused('hubspo'),
    /There is no source hubspo; configured are hubspot, wrong, desk, located, mapped, desk-file, other\. Did you mean hubspot\?$/,
  );
  assert.throws(refused('constructor'), /Use one of hubspot, wrong, desk, located, mapped, desk-file, other\.$/);
  assert.throws(
    () => columnsOf({ sources: {}, account: 'default' }, 'app', undefined),
    /none is configured\. See docs\/mapping\.md for files, docs\/webhooks\.md for webhooks\.$/,
  );
  assert.throws(refused('other'), /other is a source of the account emea\. Give --account emea\.$/);
  for (const name of ['desk', 'desk-file'])
    assert.throws(refused(name), /its events write nothing\. Name the source of the CRM\.$/);
  assert.throws(refused('wrong'), /sources\.wrong\.map\.plan: there is no field "custom_attribute\.plan"/);
});

test('a source that says only where its files are and how they are read leaves their columns to its events', () => {
  const { map } = columnsOf(config, 'located', undefined);
  assert.deepEqual([map.plan, map.phone], ['custom_attributes.plan', 'phone_number']);
  assert.equal(fileMappingIn(whole, 'located'), undefined);
  assert.throws(() => columnSettings(whole, { source: 'located' }), /The source located says nothing of the columns/);
  assert.deepEqual(columnsOf(config, 'mapped', 'Id'), { name: 'mapped', map: {}, match: [], subject: 'Id' });
  assert.equal(fileMappingIn(whole, 'mapped')?.rules[0]?.field, 'custom_attributes.plan');
});

test('a preset that is named says what the columns of an export mean, instead of the events and under the source', () => {
  assert.deepEqual(columnsOf(config, 'hubspot', undefined, 'hubspot-contacts').map, {});
  const { name, flags } = fileMappingIn(whole, 'hubspot', 'hubspot-contacts')!;
  assert.deepEqual([name, flags], ['hubspot', { source: 'hubspot', preset: 'hubspot-contacts' }]);
  const fields = fileMappingIn(whole, 'mapped', 'hubspot-contacts')!.rules.map(({ key }) => key);
  assert.ok(fields.includes('columns.Plan') && fields.includes('fields.identifier'), fields.join());
  assert.throws(() => columnsOf(config, 'desk', undefined, 'hubspot-contacts'), /is the desk itself/);
});
