import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILE, type FileSection } from '../../config/file-source.ts';
import { FILE_PRESETS } from '../../config/presets/catalog.ts';
import { expand } from '../../config/presets/expand.ts';
import { FILE_PRESET_NAMES } from '../../config/presets/names.ts';
import { recognise } from '../../config/presets/recognise.ts';
import { mappingOf } from '../../src/commands/file-mapping-of.ts';
import { proposePreset } from '../../src/commands/propose-preset.ts';
import { loadTypes } from '../../src/mapping/load-types.ts';

const file = (section: object): FileSection => FILE.parse(section);

test('every preset is a section without fault, finds contacts, and maps no column of consent', async () => {
  for (const name of FILE_PRESET_NAMES) {
    const { consent, telling } = FILE_PRESETS[name];
    const mapping = mappingOf(name, file({ preset: name, timezone: 'Europe/Berlin', country: 'DE' }));
    assert.deepEqual(await loadTypes(mapping), [], name);
    assert.ok(mapping.match.length > 0 && telling.length >= 4, name);
    const read = mapping.rules.flatMap(({ from }) =>
      'column' in from ? [from.column] : 'firstOf' in from ? from.firstOf : [],
    );
    for (const column of consent) assert.ok(!read.includes(column), `${name}: ${column}`);
    for (const rule of mapping.rules) assert.equal(rule.optional, true, `${name}: ${rule.key}`);
    assert.equal(recognise(telling.map((one) => [one].flat()[0]!))?.preset, name);
  }
});

test('an export is recognised by its columns, in any case and in German, and nothing else is', () => {
  const told = (...header: string[]) => recognise(header)?.reason;
  const hubspot = ['Record ID', 'First Name', 'Last Name', 'Email', 'Phone Number', 'Contact owner', 'Lead Status'];
  assert.equal(told(...hubspot, 'Lifecycle Stage', 'Create Date', 'Notes'), 'HubSpot contacts: 9 of 10 columns');
  const german = ['Datensatz-ID', 'Vorname', 'Nachname', 'E-Mail', 'Telefonnummer', 'Lifecycle-Phase'];
  assert.equal(told(...german), 'HubSpot contacts: 6 of 10 columns');
  const loader = ['ID', 'FIRSTNAME', 'LASTNAME', 'EMAIL', 'PHONE', 'OWNERID', 'LASTMODIFIEDDATE', 'ACCOUNTID'];
  assert.equal(told(...loader), 'Salesforce Data Loader: 8 of 11 columns');
  assert.equal(told('First Name', 'Last Name', 'Email', 'Phone'), undefined);
  assert.equal(told('id', 'email', 'plan'), undefined);
  assert.equal(told(), undefined);
});

test('what a section says stands over its preset, column by column and field by field', () => {
  const { section } = expand(
    file({
      preset: 'hubspot-contacts',
      match: ['email'],
      columns: {
        'Associated Company': false,
        'Lead Status': 'custom_attributes.lead',
        Besitzer: 'custom_attributes.lead_status',
      },
      fields: { name: '{Last Name}' },
    }),
  );
  assert.deepEqual(section.match, ['email']);
  assert.equal(section.fields.name, '{Last Name}');
  assert.equal(section.fields['custom_attributes.lead_status'], undefined);
  assert.notEqual(section.fields.email, undefined);
  const company = { first_of: ['Company Name', 'Unternehmensname'], optional: true };
  assert.deepEqual(section.fields['additional_attributes.company_name'], company);
  assert.equal(section.columns['Lead Status'], 'custom_attributes.lead');
  const pipedrive = expand(file({ preset: 'pipedrive-people', columns: { 'person - name': false } })).section;
  assert.deepEqual(Object.keys(pipedrive.columns), [
    'Person - ID',
    'Person - Organization',
    'Person - Label',
    'person - name',
  ]);
});

test('times without a zone order nothing until a zone is given', () => {
  const hubspot = (more: object) => mappingOf('crm', file({ preset: 'hubspot-contacts', ...more }));
  assert.equal(hubspot({}).observedAt, undefined);
  assert.match(hubspot({}).notes!['last modified date']!, /time zone/);
  assert.deepEqual(hubspot({ timezone: 'Europe/Berlin' }).observedAt, {
    column: 'Last Modified Date',
    settings: { format: 'yyyy-MM-dd HH:mm', timezone: 'Europe/Berlin' },
    optional: true,
  });
  assert.equal(hubspot({ observed_at: 'Changed' }).observedAt!.optional, undefined);
  assert.equal(mappingOf('sf', file({ preset: 'salesforce-data-loader' })).observedAt!.column, 'LastModifiedDate');
});

test('a preset is proposed only where nothing says what the columns mean', () => {
  const header = FILE_PRESETS['shopify-customers'].telling.map(String);
  const sentence = 'looks like Shopify customers (12 of 12 columns): --preset shopify-customers maps them.';
  assert.equal(proposePreset({ map: {} })(header), sentence);
  assert.equal(proposePreset({ map: { Email: 'email' } })(header), undefined);
  assert.equal(proposePreset({ map: {} })(['id', 'name', 'email', 'phone_number', 'notes']), undefined);
});
