import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordValues } from '../../src/fetch/record-values.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';

function read(preset: string, document: unknown, values: string, map: Record<string, string> = {}) {
  const made = presetOf(preset);
  return recordValues(document, '7', { values, preset: made, mapped: Object.keys({ ...made.map, ...map }) });
}

test('a record of HubSpot: properties by their names, null clears', () => {
  const answer = { id: '7', properties: { email: 'a@x.test', phone: null, firstname: '' }, archived: false };
  assert.deepEqual(read('hubspot', answer, '$.properties'), {
    email: 'a@x.test',
    phone: null,
    firstname: null,
    id: '7',
    hs_object_id: '7',
  });
});

test('a record of Attio: what the map names may be a path', () => {
  const answer = {
    data: {
      id: { record_id: '7' },
      values: { email_addresses: [{ email_address: 'a@x.test' }], name: [{ full_name: 'Ann' }], job_title: [] },
    },
  };
  const map = {
    'email_addresses[0].email_address': 'email',
    'name[0].full_name': 'name',
    'job_title[0].value': 'custom_attributes.job',
    'name[': 'custom_attributes.no_path',
  };
  assert.deepEqual(read('attio', answer, '$.data.values', map), {
    id: '7',
    'email_addresses[0].email_address': 'a@x.test',
    'name[0].full_name': 'Ann',
    job_title: null,
  });
});

test('a record of Intercom is named as its events are, one of Zoho by its own names', () => {
  const contact = {
    type: 'contact',
    id: '7',
    email: 'a@x.test',
    custom_attributes: { plan: 'gold' },
    location: { city: 'X' },
  };
  assert.deepEqual(read('intercom', contact, '$'), {
    id: '7',
    email: 'a@x.test',
    'location.city': 'X',
    'custom.plan': 'gold',
  });
  const zoho = { data: [{ id: '7', Email: 'a@x.test', Full_Name: 'Ann', Owner: { name: 'B' } }] };
  assert.deepEqual(read('zoho', zoho, 'data[0]'), { id: '7', Email: 'a@x.test', Full_Name: 'Ann', 'Owner.name': 'B' });
});

test('where there is no object there are no values', () => {
  for (const answer of [{}, { properties: 'x' }, { properties: [1] }, [], null, 'text'])
    assert.equal(read('hubspot', answer, '$.properties'), undefined, JSON.stringify(answer));
});
