import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportExamples } from '../../scripts/export-examples.ts';
import { type Rig, rig } from './rig.ts';

const CONFIG = `
sources:
  hubspot:
    file: { preset: hubspot-contacts, timezone: Europe/Berlin, country: DE }
  zoho:
    file: { preset: zoho-contacts, timezone: Asia/Kolkata }
`;
const FAST = ['--on-missing', 'create', '--rate', '60000', '--concurrency', '8'];

/** What the desk holds of the contact with this address, as far as an export may set it. */
function held({ sandbox }: Rig, email: string) {
  const contact = sandbox.contacts.all().find((one) => one.email === email);
  assert.ok(contact, `${email} is not there`);
  const { name, identifier, phone_number, custom_attributes, additional_attributes } = contact;
  return { name, identifier, phone_number, custom_attributes, additional_attributes };
}

test('the examples are what their script makes', () => {
  for (const [name, bytes] of Object.entries(exportExamples()))
    assert.ok(
      readFileSync(join('examples/exports', name)).equals(bytes),
      `${name}: run npx tsx scripts/export-examples.ts`,
    );
});

test('the export of every program that is known arrives as its preset says', async (t) => {
  const world = await rig(t);
  const { dir, file, run, sync, sandbox } = world;
  file('contact-sync.yaml', CONFIG);
  for (let n = 0; n < 30; n++) sandbox.contacts.add({ name: 'before' });
  for (const name of Object.keys(exportExamples())) copyFileSync(join('examples/exports', name), join(dir, name));
  const arrive = async (name: string, as: string[], outcome: 'created' | 'updated' = 'created') => {
    const { summary, outcomes, stderr } = await sync([name, ...as, ...FAST]);
    const reasons = outcomes.filter((one) => one.outcome !== outcome);
    assert.deepEqual(
      [summary.rows, summary.outcomes[outcome], reasons.slice(0, 2)],
      [30, 30, []],
      `${name}: ${stderr}`,
    );
    return stderr;
  };

  const unmapped = await run(['plan', 'hubspot-contacts.csv']);
  assert.match(
    unmapped.stderr,
    /looks like HubSpot contacts \(10 of 10 columns\): --preset hubspot-contacts maps them/,
  );

  const hubspot = await arrive('hubspot-contacts.csv', ['--source', 'hubspot']);
  assert.match(hubspot, /Marketing contact status \(consent, left out on purpose\)/);
  assert.deepEqual(held(world, 'contact0@hubspot.example.com'), {
    name: 'Ann Lee',
    identifier: '15100',
    phone_number: '+442079460000',
    custom_attributes: { lifecycle_stage: 'Lead', lead_status: 'In Progress', job_title: 'Buyer' },
    additional_attributes: { company_name: 'Northwind, Ltd', country: 'Germany' },
  });
  assert.equal(held(world, 'contact3@hubspot.example.com').phone_number, '+493023125030');

  await arrive('salesforce-data-loader.csv', ['--preset', 'salesforce-data-loader']);
  assert.deepEqual(held(world, 'contact1@loader.example.com'), {
    name: 'Björn Müller',
    identifier: '0030o00002Kx01bAAB',
    phone_number: '+442079460041',
    custom_attributes: { job_title: 'Geschäftsführer' },
    additional_attributes: { company_name: 'Fourth "Coffee"', city: 'Lyon', country: 'Deutschland' },
  });
  // An id of 15 characters, the mobile number where there is no other, and a name that is none.
  assert.equal(held(world, 'contact4@loader.example.com').identifier, '0030o00002Kx04bAAB');
  assert.equal(held(world, 'contact5@loader.example.com').phone_number, '+442079460045');
  assert.equal(held(world, 'contact6@loader.example.com').name, 'Grace');

  await arrive('salesforce-report.csv', ['--preset', 'salesforce-report']);
  assert.deepEqual(held(world, 'contact2@report.example.com'), {
    name: 'Chloé Nowak',
    identifier: null,
    phone_number: '+442079460082',
    custom_attributes: { lead_source: 'Web' },
    additional_attributes: { company_name: 'Cobalt GmbH', city: 'Porto' },
  });

  const pipedrive = await arrive('pipedrive-people.csv', ['--preset', 'pipedrive-people']);
  assert.match(pipedrive, /Person - Marketing status \(consent/);
  assert.deepEqual(held(world, 'contact2@pipedrive.example.com'), {
    name: 'Chloé Nowak',
    identifier: '402',
    phone_number: '+442079460122',
    custom_attributes: { tags: 'Hot lead, VIP €' },
    additional_attributes: { company_name: 'Cobalt GmbH' },
  });
  assert.equal(held(world, 'contact1@pipedrive.example.com').phone_number, '+442079460121');

  const zoho = await arrive('zoho-contacts.csv', ['--source', 'zoho']);
  assert.match(zoho, /Email Opt Out \(consent/);
  assert.deepEqual(held(world, 'contact12@zoho.example.com'), {
    name: 'Chloé',
    identifier: '4150868000000624012',
    phone_number: '+442079460172',
    custom_attributes: { tags: 'fair, vip' },
    additional_attributes: { company_name: 'Northwind, Ltd' },
  });

  await arrive('google-contacts.txt', ['--preset', 'google-contacts']);
  assert.deepEqual(held(world, 'contact26@google.example.com'), {
    name: 'Grace M. Peña',
    identifier: null,
    phone_number: '+442079460226',
    custom_attributes: { tags: 'Work' },
    additional_attributes: { company_name: 'Cobalt GmbH' },
  });
  assert.deepEqual(held(world, 'contact1@google.example.com').custom_attributes, {});

  const mailchimp = await arrive('mailchimp-audience.csv', ['--preset', 'mailchimp-audience']);
  assert.match(mailchimp, /LAST_CHANGED \(orders nothing without a time zone/);
  assert.deepEqual(held(world, 'contact4@mailchimp.example.com'), {
    name: 'Eva Peña',
    identifier: null,
    phone_number: '+442079460244',
    custom_attributes: { member_rating: 5, tags: 'VIP, Blog' },
    additional_attributes: {},
  });

  await arrive('shopify-customers.csv', ['--preset', 'shopify-customers']);
  assert.deepEqual(held(world, 'contact2@shopify.example.com'), {
    name: 'Chloé Nowak',
    identifier: '7210448301102',
    phone_number: '+442079460282',
    custom_attributes: { total_spent: 24.5, total_orders: 2, tags: 'vip, wholesale' },
    additional_attributes: { company_name: 'Cobalt GmbH', city: 'Porto' },
  });
  assert.equal(held(world, 'contact3@shopify.example.com').phone_number, '+442079460283');

  await arrive('chatwoot-export.csv', ['--preset', 'chatwoot-export'], 'updated');
  assert.deepEqual(
    [sandbox.contacts.get(2)?.name, sandbox.contacts.get(2)?.phone_number],
    ['Björn Müller', '+442079460321'],
  );

  await arrive('chatwoot-import.csv', ['--preset', 'chatwoot-import']);
  assert.deepEqual(held(world, 'contact0@import.example.com'), {
    name: 'Ann Lee',
    identifier: 'import-0',
    phone_number: '+442079460360',
    custom_attributes: {},
    additional_attributes: { company_name: 'Northwind, Ltd', city: 'Köln' },
  });
});
