import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG } from '../../config/schema.ts';
import { columnsOf, missingIn } from '../../src/commands/export-columns.ts';
import { planColumns } from '../../src/mapping/columns.ts';

const SECRET = { scheme: 'bearer', secrets: ['env:NOT_SET'] };

const config = {
  account: 'default',
  ...CONFIG.parse({
    sources: {
      hubspot: { preset: 'hubspot', verify: SECRET, match: ['email'], map: { plan: 'custom_attributes.plan' } },
      wrong: { preset: 'generic', verify: SECRET, map: { plan: 'custom_attribute.plan' } },
      desk: { preset: 'chatwoot', verify: SECRET },
      other: { preset: 'generic', verify: SECRET, account: 'emea' },
    },
  }),
};

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
    /There is no source hubspo; configured are hubspot, wrong, desk, other\. Did you mean hubspot\?$/,
  );
  assert.throws(refused('constructor'), /Use one of hubspot, wrong, desk, other\.$/);
  assert.throws(
    () => columnsOf({ sources: {}, account: 'default' }, 'app', undefined),
    /none is configured\. See docs\/mapping\.md for files, docs\/webhooks\.md for webhooks\.$/,
  );
  assert.throws(refused('other'), /other is a source of the account emea\. Give --account emea\.$/);
  assert.throws(refused('desk'), /its events write nothing\. Name the source of the CRM\.$/);
  assert.throws(refused('wrong'), /sources\.wrong\.map\.plan: there is no field "custom_attribute\.plan"/);
});
