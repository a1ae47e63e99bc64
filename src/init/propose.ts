import type { Definitions } from '../contact/attribute.ts';
import { attributeOf } from '../contact/field.ts';
import { fieldNamed } from '../mapping/field-name.ts';
import { nearest } from '../mapping/nearest.ts';
import { foldedName, type Meaning, meaningOf } from './column-names.ts';
import { type Shown, shownBy } from './shown.ts';

/** A column with what it holds in the rows that were looked at: cells with something in them, trimmed. */
export interface LookedAtColumn {
  name: string;
  cells: string[];
}

/** What a column of a file could mean, and why. */
export interface Proposal {
  column: string;
  /** Undefined: it is left out. */
  to?: string;
  /** Settings besides the field, in the order in which they are written. */
  settings: Record<string, string>;
  /** A field that it could set when somebody decides so. */
  instead?: string;
  reason: string;
}

export interface Proposals {
  columns: Proposal[];
  /** Joined from several columns: field, template and reason. */
  fields: { field: string; template: string; reason: string }[];
  match: string[];
}

const KEYS = ['identifier', 'email'];

/** Proposes a mapping by names, contents and the account's definitions. What is not certain is left out, and says so. */
export function propose(columns: readonly LookedAtColumn[], definitions: Definitions): Proposals {
  const meanings = new Map(columns.map(({ name }) => [name, meaningIn(name)]));
  const taken = new Map<string, string>();
  // Of several columns for one field the one that is filled most often, then the first.
  for (const { name } of [...columns].sort((a, b) => b.cells.length - a.cells.length)) {
    const meaning = meanings.get(name);
    if (meaning !== undefined && meaning !== 'consent' && !taken.has(meaning)) taken.set(meaning, name);
  }
  const first = taken.get('first_name');
  const last = taken.get('last_name');
  const parts = first !== undefined && last !== undefined && !taken.has('name') ? [first, last] : [];
  const proposals = columns.map((column) => {
    const meaning = meanings.get(column.name);
    if (meaning === undefined) return byDefinition(column, definitions);
    if (meaning === 'consent')
      return out(
        column,
        'says whether somebody may be written to; such columns have opposite senses, so map it yourself',
      );
    if (parts.includes(column.name)) return out(column, 'part of `name` below');
    if (meaning === 'first_name' || meaning === 'last_name')
      return out(column, 'a part of the name: see `fields` in docs/mapping.md to join it');
    const other = taken.get(meaning);
    if (other !== column.name)
      return out(column, `${JSON.stringify(other)} sets ${meaning} already, and is filled more often`);
    const proposal = byMeaning(column, meaning);
    // "Name" beside "Vorname" is the family name in many a German or French export.
    if (meaning === 'name' && first !== undefined && last === undefined)
      proposal.reason += `; beside ${JSON.stringify(first)} it may be the family name alone: see \`fields\` in docs/mapping.md`;
    return proposal;
  });
  const fields =
    parts.length === 2
      ? [
          {
            field: 'name',
            template: parts.map((name) => `{${name}}`).join(' '),
            reason: 'joined, for no column holds the whole name',
          },
        ]
      : [];
  return { columns: proposals, fields, match: matchIn(proposals) };
}

/** People share phone numbers: one decides only where nothing better is there. */
function matchIn(proposals: readonly Proposal[]): string[] {
  const sets = (key: string) => proposals.some(({ to }) => to === key);
  const keys = KEYS.filter(sets);
  return keys.length === 0 && sets('phone_number') ? ['phone_number'] : keys;
}

/** A column that is called like a field means it, but for an id: that of an export is seldom Chatwoot's. */
function meaningIn(name: string): Meaning | string | undefined {
  const field = fieldNamed(name);
  return field === undefined || field === 'id' ? meaningOf(name) : field;
}

function out({ name }: LookedAtColumn, reason: string): Proposal {
  return { column: name, settings: {}, reason };
}

function byMeaning({ name, cells }: LookedAtColumn, to: string): Proposal {
  const called = `called ${JSON.stringify(name)}`;
  if (to === 'email') {
    const odd = cells.filter((cell) => !/^\S+@\S+\.\S+$/.test(cell)).length;
    const reason = odd === 0 ? called : `${called}; ${odd} of ${cells.length} cells may be no single address`;
    return { column: name, to, settings: { type: 'email' }, reason };
  }
  if (to === 'phone_number') {
    const local = cells.filter((cell) => !/^['\s]*(\+|00)/.test(cell)).length;
    const reason =
      local === 0
        ? `${called}; every number has its country code`
        : `${called}; ${local} of ${cells.length} numbers have no country code: set \`country\` above`;
    return { column: name, to, settings: { type: 'phone' }, reason };
  }
  if (to === 'identifier') {
    const unique = new Set(cells).size === cells.length;
    const reason = unique
      ? `${called}, and no two rows have the same; write \`id\` if it is Chatwoot's own id`
      : `${called}, but rows share values: look whether it is the CRM's id of the person`;
    return { column: name, to, settings: { type: 'text' }, reason };
  }
  return {
    column: name,
    to,
    settings: attributeOf(to)?.object === 'custom_attributes' ? settingsOf(shownBy(cells)) : {},
    reason: called,
  };
}

const FITTING: Record<string, readonly Shown['type'][]> = {
  number: ['number'],
  currency: ['number'],
  percent: ['number'],
  checkbox: ['boolean'],
  date: ['date'],
  link: ['url'],
};

/** A column that means nothing by itself may be an attribute of the account's. None is ever made up. */
function byDefinition(column: LookedAtColumn, definitions: Definitions): Proposal {
  const { name, cells } = column;
  const shown = shownBy(cells);
  const keys = [...definitions.keys()];
  const folded = foldedName(name);
  const key = keys.find((one) => foldedName(one) === folded);
  if (key === undefined) {
    const near = nearest(folded, keys);
    const instead = `custom_attributes.${near ?? keyOf(name)}`;
    const hint =
      near === undefined
        ? 'the account defines no such attribute'
        : `the account defines ${near}, which is only similar`;
    return { column: name, settings: settingsOf(shown), instead, reason: `${shown.reason}; ${hint}` };
  }
  const to = `custom_attributes.${key}`;
  const { type } = definitions.get(key)!;
  if (FITTING[type]?.includes(shown.type) === false && cells.length > 0)
    return { column: name, settings: {}, instead: to, reason: `defined as ${type}, but ${shown.reason}` };
  return {
    column: name,
    to,
    settings: settingsOf(shown),
    reason: `the account defines it as ${type}; ${shown.reason}`,
  };
}

function settingsOf({ type, format, locale }: Shown): Record<string, string> {
  return { type, ...(format === undefined ? {} : { format }), ...(locale === undefined ? {} : { locale }) };
}

/** A key that Chatwoot takes: letters, digits and underscores. */
function keyOf(name: string): string {
  const ascii = name.normalize('NFKD').toLowerCase().replaceAll('ß', 'ss').replace(/\p{M}/gu, '');
  return ascii.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'column';
}
