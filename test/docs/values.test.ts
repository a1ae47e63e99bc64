import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Normalise } from '../../src/value/normalise.ts';
import { numberStyle } from '../../src/value/number-style.ts';
import { settingFaults } from '../../src/value/settings-fault.ts';
import { VALUE_TYPE_NAMES, VALUE_TYPES, type ValueType } from '../../src/value/value-types.ts';
import { page } from './markdown.ts';

const { text } = page('docs/values.md');

test('every cell that the page shows becomes what it says', async () => {
  const shown = new Map<string, number>();
  const rows = [...text.matchAll(/^\| `(\w+)` +\| `(.+?)` +\|(?: `(\{.+?\})`)? +\| (?:`(.+?)`|nothing) +\|$/gm)];
  for (const [row, type = '', cell = '', settings = '{}', becomes = ''] of rows) {
    assert.ok(type in VALUE_TYPES, row);
    const told: object = parse(settings);
    assert.deepEqual(await settingFaults(type as ValueType, told), [], row);
    const normalise = (await VALUE_TYPES[type as ValueType].load()) as Normalise<object>;
    const read = normalise(cell.startsWith('"') ? JSON.parse(cell) : cell, told);
    assert.equal(typeof read === 'string' ? read : read.reason, becomes, row);
    shown.set(type, (shown.get(type) ?? 0) + 1);
  }
  for (const type of VALUE_TYPE_NAMES) assert.ok((shown.get(type) ?? 0) >= 4, `${type} is hardly shown`);
  const lines = text.split('\n').filter((line) => VALUE_TYPE_NAMES.some((type) => line.startsWith(`| \`${type}\``)));
  assert.equal(rows.length, lines.length, 'a line is written in another way');
});

test('every type has its section, and every locale of numbers that the page names is known', () => {
  for (const type of VALUE_TYPE_NAMES) assert.ok(text.includes(`\n## ${type}\n`), type);
  const table = /^\| `locale` .*?\n\n/ms.exec(text)![0];
  const locales = [...table.matchAll(/`([a-z]{2}(?:-[A-Z]{2})?)`/g)].map(([, locale]) => locale!);
  assert.ok(locales.length > 40);
  for (const locale of locales) assert.notEqual(numberStyle(locale), undefined, locale);
});
