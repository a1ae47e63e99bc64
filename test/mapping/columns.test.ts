import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColumnOptions, planColumns } from '../../src/mapping/columns.ts';
import { MappingError } from '../../src/mapping/error.ts';

const plan = (header: string[], options: Partial<ColumnOptions> = {}) =>
  planColumns(header, { map: {}, emptyCells: 'leave', ...options });

function faults(header: string[], options: Partial<ColumnOptions> = {}): [string, string][] {
  try {
    plan(header, options);
  } catch (error) {
    assert.ok(error instanceof MappingError);
    assert.equal(error.message, error.faults.map((fault) => fault.message).join('\n'));
    for (const fault of error.faults) assert.match(fault.message, /[.?]$/);
    return error.faults.map((fault) => [fault.code, fault.message]);
  }
  return [];
}

test('columns named like fields map themselves, whatever their case', () => {
  const header = ['ID', ' Email ', 'name', 'custom_attributes.Plan', 'Additional_Attributes.city', 'Blocked'];
  assert.deepEqual(plan(header), {
    columns: [
      { index: 0, name: 'ID', field: 'id' },
      { index: 1, name: 'Email', field: 'email' },
      { index: 2, name: 'name', field: 'name' },
      { index: 3, name: 'custom_attributes.Plan', field: 'custom_attributes.Plan' },
      { index: 4, name: 'Additional_Attributes.city', field: 'additional_attributes.city' },
      { index: 5, name: 'Blocked', field: 'blocked' },
    ],
    match: ['id', 'email'],
    explicitMatch: false,
    emptyCells: 'leave',
    ignored: [],
  });
});

test('other columns are ignored and listed; ours of needs-attention.csv are not', () => {
  const header = ['email', 'Owner', '', '_line', '_outcome', '_reason', '_message', '_hint', '_contact_url'];
  assert.deepEqual(plan(header).ignored, [{ name: 'Owner' }, { name: '(column 3)' }]);
  assert.equal(plan(header).columns.length, 1);
});

test('a column of labels maps itself, or is named with --map; a single label is no field to map to', () => {
  assert.deepEqual(plan(['email', ' Labels ']).columns[1], { index: 1, name: 'Labels', field: 'labels' });
  assert.equal(plan(['email', 'Tags'], { map: { Tags: 'labels' } }).columns[1]!.field, 'labels');
  assert.throws(() => plan(['email', 'VIP'], { map: { VIP: 'labels.vip' } }), /there is no field "labels\.vip"/);
});

test('--map gives a column its field, also one that would map itself, or has no name', () => {
  const { columns, match } = plan(['id', 'E Mail', '', 'Tier'], {
    map: { id: 'identifier', ' e\u00a0mail': 'EMAIL', '(column 3)': 'name', Tier: 'custom_attributes.tier' },
  });
  assert.deepEqual(
    columns.map((column) => column.field),
    ['identifier', 'email', 'name', 'custom_attributes.tier'],
  );
  assert.deepEqual(match, ['identifier', 'email']);
});

test('match keys stand in their default order, or in the order of --match', () => {
  const header = ['phone_number', 'email', 'identifier', 'id'];
  assert.deepEqual(plan(header).match, ['id', 'identifier', 'email', 'phone_number']);
  const named = plan(header, { match: ['phone_number', 'email', 'phone_number'] });
  assert.deepEqual(named.match, ['phone_number', 'email']);
  assert.equal(named.explicitMatch, true);
  assert.deepEqual(named.ignored, [{ name: 'id', note: 'id is not among the keys given with --match' }]);
});

test('every fault is reported at once, each with what to do', () => {
  const found = faults(['email', 'Emial', 'Mobile', 'additional_attributes.avatar_url_hash'], {
    map: { Emial: 'emall', Mobil: 'phone_number', Mobile: 'custom_atributes.mobile' },
    match: ['identifier'],
  });
  assert.deepEqual(
    found.map(([code]) => code),
    ['unknown-field', 'unknown-column', 'unknown-field', 'field-refused', 'match-column-missing'],
  );
  assert.match(found[0]?.[1] ?? '', /Did you mean email\?$/);
  assert.match(found[1]?.[1] ?? '', /Did you mean "Mobile"\?$/);
  assert.match(found[2]?.[1] ?? '', /Did you mean custom_attributes\.mobile\?$/);
});

test('two columns for one field are refused', () => {
  const [fault] = faults(['email', 'Mail', 'Email'], { map: { Mail: 'email' } });
  assert.equal(fault?.[0], 'field-twice');
  assert.match(fault?.[1] ?? '', /^"email", "Mail", "Email" all set email\./);
  assert.deepEqual(faults(['id', 'custom_attributes.plan', 'custom_attributes.Plan']), []);
});

test('two mappings of one column are refused', () => {
  assert.deepEqual(
    faults(['email', 'Mail'], { map: { Mail: 'name', ' Mail': 'identifier' } }).map(([code]) => code),
    ['column-twice'],
  );
});

test('no known column and no column that finds a contact are refused', () => {
  const [unknown] = faults(['First', 'Last']);
  assert.equal(unknown?.[0], 'no-known-column');
  assert.match(unknown?.[1] ?? '', /"First", "Last".*--map COLUMN=FIELD/);
  assert.match(faults(['id;email'])[0]?.[1] ?? '', /with --delimiter\./);
  assert.deepEqual(
    faults(['name', 'custom_attributes.plan']).map(([code]) => code),
    ['no-match-column'],
  );
});

test('nothing near is answered with what there is', () => {
  const found = faults(['email'], { map: { Zzzzzzzz: 'qqqqqqqqqqq' } });
  assert.match(found[0]?.[1] ?? '', /Use one of id, name, email/);
  assert.match(found[1]?.[1] ?? '', /The file has "email"\.$/);
});

test('an attribute without a key is no field', () => {
  assert.deepEqual(plan(['email', 'custom_attributes.']).ignored, [{ name: 'custom_attributes.' }]);
  assert.equal(faults(['email', 'x'], { map: { x: 'custom_attributes.' } })[0]?.[0], 'unknown-field');
});

test('names like those of Object.prototype are names like any other', () => {
  assert.deepEqual(plan(['email', '__proto__', 'constructor']).ignored, [
    { name: '__proto__' },
    { name: 'constructor' },
  ]);
});

const SOURCE = { name: 'app', map: { id: 'identifier', plan: 'custom_attributes.plan', email: 'email' }, match: [] };

test('of a source counts what the file has columns for; what is said on the command line stands over it', () => {
  const fields = (header: string[], options: Partial<ColumnOptions>) =>
    plan(header, options).columns.map(({ name, field }) => [name, field]);
  assert.deepEqual(fields(['ID', 'Plan', 'name'], { source: SOURCE }), [
    ['ID', 'identifier'],
    ['Plan', 'custom_attributes.plan'],
    ['name', 'name'],
  ]);
  const map = { plan: 'custom_attributes.tier' };
  assert.deepEqual(fields(['email', 'Plan'], { source: SOURCE, map })[1], ['Plan', 'custom_attributes.tier']);
});

test('the keys of a source find contacts as far as the file has them, and nothing weaker does', () => {
  const source = { ...SOURCE, match: ['identifier' as const, 'email' as const] };
  assert.deepEqual(plan(['email', 'phone_number'], { source }).match, ['email']);
  assert.equal(plan(['email'], { source }).explicitMatch, true);
  assert.deepEqual(plan(['email', 'phone_number'], { source, match: ['phone_number'] }).match, ['phone_number']);
  assert.deepEqual(faults(['phone_number', 'name'], { source }), [
    [
      'no-match-column',
      'no column holds identifier or email, by which app finds contacts. Map one with --map COLUMN=identifier, or name another key with --match.',
    ],
  ]);
});

test("an id in an export is the CRM's own, unless it is said to be Chatwoot's", () => {
  const source = { ...SOURCE, map: { email: 'email' } };
  assert.deepEqual(plan(['id', 'email'], { source }).ignored, [{ name: 'id', note: "the CRM's own id" }]);
  assert.deepEqual(plan(['id', 'email'], { source, match: ['id'] }).match, ['id']);
  assert.equal(plan(['id', 'email'], { source: { ...source, map: { id: 'id' } } }).columns.length, 2);
});

test('the column that names the record is found, or missed', () => {
  const source = { ...SOURCE, subject: 'Record ID' };
  assert.equal(plan(['email', 'record id'], { source }).subject, 1);
  assert.deepEqual(faults(['email', 'Record'], { source }), [
    ['unknown-column', '--subject Record ID: the file has no such column. The file has "email", "Record".'],
  ]);
});
