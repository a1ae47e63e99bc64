import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type Rig, rig } from '../journeys/rig.ts';
import { codeBlocks, page } from './markdown.ts';

const CLI = resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');

/** Runs lines of a page in a shell that knows the program; returns what is said, and fails when one of them does. */
function inShell({ dir, env }: Rig, script: string): Promise<string> {
  return new Promise((done, failed) => {
    execFile(
      'sh',
      ['-ec', script],
      { cwd: dir, env: { ...env, PATH: `${dir}/bin:${env.PATH}` } },
      (error, out, said) => (error === null ? done(out + said) : failed(new Error(out + said))),
    );
  });
}

test('every line of the recipes of exports does what its page says', async (t) => {
  const world = await rig(t);
  const { dir, sandbox } = world;
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/contact-sync'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
    mode: 0o755,
  });
  cpSync('examples/exports', dir, { recursive: true });
  const contact = (email: string) => sandbox.contacts.all().find((one) => one.email === email)!;
  const recipe = async (name: string, files: readonly string[], block = 0) => {
    const path = `docs/recipes/${name}.md`;
    // The sandbox has no agents to spare.
    world.file('contact-sync.yaml', `pace: fixed\n${codeBlocks(page(path), 'yaml')[0]!}`);
    for (const file of files)
      for (let n = 0; n < 30; n++) {
        const email = `contact${n}@${file}.example.com`;
        if (contact(email) === undefined) sandbox.contacts.add({ email });
      }
    return inShell(world, codeBlocks(page(path), 'sh')[block]!);
  };

  await recipe('backfill', ['hubspot']);
  assert.deepEqual(contact('contact1@hubspot.example.com').custom_attributes, { stage: 'customer' });
  assert.deepEqual(contact('contact2@hubspot.example.com').custom_attributes, {}, 'of another stage');
  assert.ok(
    sandbox.requests.some(({ method, path }) => method === 'POST' && path.endsWith('custom_attribute_definitions')),
  );
  await recipe('backfill', [], 1);
  assert.deepEqual(contact('contact1@hubspot.example.com').custom_attributes, {});

  assert.match(await recipe('hubspot-nightly', ['hubspot']), /Marketing contact status \(consent/);
  assert.equal(contact('contact1@hubspot.example.com').identifier, '15101');
  await recipe('salesforce', ['loader', 'report']);
  assert.equal(contact('contact4@loader.example.com').identifier, '0030o00002Kx04bAAB');
  assert.equal(contact('contact4@report.example.com').custom_attributes.lead_source, 'Web');
  await recipe('pipedrive', ['pipedrive']);
  assert.equal(contact('contact1@pipedrive.example.com').phone_number, '+442079460121');
  await recipe('zoho', ['zoho']);
  assert.equal(contact('contact2@zoho.example.com').name, 'Chloé');
  await recipe('shopify', ['shopify']);
  const shopper = contact('contact2@shopify.example.com');
  assert.deepEqual([shopper.identifier, shopper.custom_attributes.tax_exempt], ['7210448301102', false]);
  assert.deepEqual([...shopper.labels].sort(), ['vip', 'wholesale']);
});
