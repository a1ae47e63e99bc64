import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCrm } from '../fetch/crm.ts';
import { type Ended, rig } from './rig.ts';

/** Two systems of one company, each with a habit of its own that nothing in its files tells. */
const config = (url: string, { delimiter = '^', encoding = 'macintosh' } = {}) => `
encoding: utf-8
delimiter: ","
download: { allow_private: true }
sources:
  crm:
    file:
      url: ${url}
      header_env: CRM_EXPORT
      encoding: ${encoding}
      delimiter: "${delimiter}"
      columns: { Mail: email, Nom: name }
  erp:
    file:
      encoding: windows-1250
      delimiter: "~"
      columns: { E-Mail: email, Jmeno: name }
`;

/** As a Mac of old wrote `ë` and `é`. */
const CRM = Buffer.concat([
  Buffer.from('Mail^Nom\ncontact1@example.com^Zo'),
  Buffer.from([0x91]),
  Buffer.from('\ncontact2@example.com^Andr'),
  Buffer.from([0x8e]),
  Buffer.from('\n'),
]);

/** As a Czech Windows writes `Dvořák`. */
const ERP = Buffer.concat([
  Buffer.from('E-Mail~Jmeno\ncontact3@example.com~Dvo'),
  Buffer.from([0xf8, 0xe1]),
  Buffer.from('k\n'),
]);

test('each source is got and read in its own way, its address with the header that is meant for it', async (t) => {
  const crm = await startCrm(t, (n) =>
    crm.requests[n]?.headers['x-token'] === 'S3CRET' ? { body: CRM } : { status: 403, body: 'no' },
  );
  const { sandbox, file, run, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const address = `${crm.url}/export.csv?key=K3Y`;
  file('contact-sync.yaml', config(address));
  file('erp.csv', ERP);
  const env = { CRM_EXPORT: 'X-Token: S3CRET' };
  const named = (id: number) => sandbox.contacts.get(id)?.name;
  const shown: Ended[] = [];

  const [nothing, nowhere, unset, refused] = await Promise.all([
    run(['sync']),
    run(['enqueue', '--source', 'erp']),
    run(['plan', '--source', 'crm']),
    run(['check', '--source', 'crm'], { env: { CRM_EXPORT: 'S3CRET' } }),
  ]);
  assert.deepEqual([nothing.code, nowhere.code, unset.code, refused.code], [2, 2, 2, 3], refused.stdout);
  assert.match(nothing.stderr, /No file is named\. Give one .*, or --source with a source that has a file\.url/);
  assert.match(
    nowhere.stderr,
    /the source erp does not say where its file is\. Give a file, or set sources\.erp\.file/,
  );
  assert.match(unset.stderr, /The variable CRM_EXPORT \(sources\.crm\.file\.header_env\) is not set\. Put the header/);
  assert.match(
    refused.stdout,
    /answers 403\. Check the address and the credential that\s+sources\.crm\.file\.header_env/,
  );

  const [checked, got, read] = await Promise.all([
    run(['check', '--source', 'crm', '--json'], { env }),
    sync(['--source', 'crm'], { env }),
    sync(['erp.csv', '--source', 'erp']),
  ]);
  const { encoding, delimiter, rows } = JSON.parse(checked.stdout).file;
  assert.deepEqual([checked.code, encoding, delimiter, rows], [0, 'macintosh', '^', 2], checked.stdout);
  assert.equal(got.code, 0, got.stderr);
  assert.deepEqual([named(1), named(2)], ['Zoë', 'André']);
  const [{ path, by_source } = assert.fail()] = got.summary.files;
  assert.deepEqual([path, by_source], [`${crm.url}/export.csv`, true]);
  assert.equal(read.code, 0, read.stderr);
  assert.equal(named(3), 'Dvořák');
  const compared = await run(['reconcile', 'crm', '--preset', 'mailchimp-audience', '--json'], { env });
  assert.equal(compared.code, 0, compared.stderr);
  const { outcomes, preset } = JSON.parse(compared.stdout);
  assert.deepEqual([outcomes.unchanged, preset], [2, 'mailchimp-audience']);
  shown.push(nothing, nowhere, unset, refused, checked, got, read, compared);

  const begun = await run(['enqueue', '--source', 'crm', '--run-id', 'run_a'], { env });
  assert.equal(begun.code, 0, begun.stderr);
  const asked = crm.requests.length;
  file('contact-sync.yaml', config(`${crm.url}/moved.csv`, { delimiter: '|', encoding: 'utf-16le' }));
  const on = await run(['sync', '--source', 'crm', '--run-id', 'run_a', '--json']);
  assert.equal(on.code, 0, on.stderr);
  assert.deepEqual([JSON.parse(on.stdout).outcomes.unchanged, crm.requests.length], [2, asked]);
  shown.push(begun, on);
  for (const { stdout, stderr } of shown) assert.doesNotMatch(stdout + stderr, /S3CRET|K3Y/);
});
