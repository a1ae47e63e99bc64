import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG } from '../../config/schema.ts';
import { filesMeant, knowsItsFile } from '../../src/commands/files-meant.ts';

const CRM = 'https://crm.test/export.csv?key=1';

const configOf = (raw: object) => ({
  ...CONFIG.parse({
    sources: {
      crm: { file: { url: CRM, header_env: 'CRM', encoding: 'latin1', delimiter: ';' } },
      plain: { file: {} },
      headed: { file: { header_env: 'HEADED', encoding: 'auto' } },
    },
    ...raw,
  }),
  account: 'default',
  places: [],
});

test('what is said nearest to a file holds: a flag, its source, all files, or what is found out', () => {
  const ofAll = configOf({ encoding: 'utf-16le', delimiter: '|' });
  // As it is with the flags in it.
  const flagged = configOf({ encoding: 'macintosh', delimiter: 'tab' });
  const flags = { encoding: 'MacIntosh', delimiter: 'tab' };
  const table: [ReturnType<typeof configOf>, Parameters<typeof filesMeant>[1], string, string][] = [
    [configOf({}), {}, 'auto', 'auto'],
    [ofAll, {}, 'utf-16le', '|'],
    [ofAll, { source: 'plain' }, 'utf-16le', '|'],
    [ofAll, { source: 'headed' }, 'auto', '|'],
    [ofAll, { source: 'crm' }, 'windows-1252', ';'],
    [flagged, { source: 'crm', ...flags }, 'macintosh', '\t'],
    [flagged, { source: 'crm', encoding: 'MacIntosh' }, 'macintosh', ';'],
  ];
  for (const [config, given, encoding, delimiter] of table)
    assert.deepEqual(filesMeant(config, given, ['a.csv']).wanted, { encoding, delimiter }, JSON.stringify(given));
  const { wanted } = filesMeant(ofAll, { source: 'plain' }, ['a.csv'], 'crm');
  assert.equal(wanted.delimiter, ';', 'the source of reconcile');
});

test('the file of a source is meant where the command names none', () => {
  const config = configOf({});
  const meant = (source: string | undefined, ...given: string[]) => {
    const { paths, bySource } = filesMeant(config, source === undefined ? {} : { source }, given);
    return [paths, bySource];
  };
  assert.deepEqual(meant('crm'), [[CRM], true]);
  assert.deepEqual(meant('crm', 'a.csv', '-'), [['a.csv', '-'], false]);
  assert.deepEqual(meant(undefined, 'a.csv'), [['a.csv'], false]);
  assert.throws(() => meant('plain'), {
    name: 'Refusal',
    message:
      'No file is named, and the source plain does not say where its file is. Give a file, or set sources.plain.file.url (docs/mapping.md).',
  });
  assert.throws(() => meant(undefined), /^Refusal: No file is named\. Give one .*, or --source with a source that has/);
  assert.throws(() => meant('cmr'), /There is no source cmr;.* Did you mean crm\?/);
  const knowing = ['crm', 'plain', 'headed'].map((source) => knowsItsFile(config, { source }));
  assert.deepEqual([...knowing, knowsItsFile(config, {})], [true, false, false, false]);
});

test('the header of a source goes to the host of its address alone, and a flag stands over it', () => {
  const config = configOf({ download: { header_env: 'ALL' } });
  const asked = (source: string, address: string, headerEnv?: string) =>
    filesMeant(config, { source, ...(headerEnv && { headerEnv }) }, ['a.csv']).header(address);
  const own = { variable: 'CRM', by: 'sources.crm.file.header_env' };
  const ofAll = { variable: 'ALL', by: 'download.header_env' };
  assert.deepEqual(asked('crm', CRM), own);
  assert.deepEqual(asked('crm', 'https://crm.test/older.csv'), own);
  for (const other of ['https://crm.test:8443/x', 'http://crm.test/x', 'https://crm.test.evil.org/x', 'https://'])
    assert.deepEqual(asked('crm', other), ofAll, other);
  assert.deepEqual(asked('plain', CRM), ofAll);
  assert.deepEqual(asked('headed', CRM), { variable: 'HEADED', by: 'sources.headed.file.header_env' });
  assert.deepEqual(asked('crm', CRM, 'ALL'), { variable: 'ALL', by: '--header-env' });
  assert.equal(filesMeant(configOf({}), { source: 'plain' }, ['a.csv']).header(CRM), undefined);
});
