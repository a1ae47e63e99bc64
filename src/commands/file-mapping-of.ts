import { SETTING_NAMES, TYPES } from '../../config/column.ts';
import { FILE, type FileSection } from '../../config/file-source.ts';
import { expand } from '../../config/presets/expand.ts';
import type { Config } from '../../config/schema.ts';
import { isKnownByEvents } from '../../config/source.ts';
import { fieldNamed } from '../mapping/field-name.ts';
import type { Condition, FieldRule, FileMapping, Origin, Treatment } from '../mapping/file-mapping.ts';
import type { RunOptions } from '../run/state.ts';
import { Refusal } from './failure.ts';
import type { CommonFlags } from './options.ts';
import { sourceNamed } from './source-named.ts';

/** What says which column sets which field. */
export type ColumnSettings = Pick<RunOptions, 'map' | 'match' | 'emptyCells' | 'mapping'>;

/**
 * How the columns of files are to be read: by the source that is named with `--source`, under what flags say, or else by
 * what is configured for all files.
 *
 * @throws Refusal when there is no such source, or it says nothing of files
 */
export function columnSettings(config: Config, flags: CommonFlags): ColumnSettings {
  const { source, preset } = flags;
  if (source === undefined && preset === undefined)
    return { map: config.map, match: config.match, emptyCells: config.empty_cells };
  const given = preset === undefined ? {} : { preset };
  if (source === undefined) {
    const mapping = mappingOf(preset!, FILE.parse(given));
    return settingsOf(config, flags, { ...mapping, flags: { preset: preset! } });
  }
  const named = sourceNamed(config, source);
  if (isKnownByEvents(named) && preset === undefined)
    throw new Refusal(
      `The source ${source} says nothing of the columns of files. Give it a \`file\` section that does (docs/mapping.md), or compare an export with its events: contact-sync reconcile ${source} FILE.`,
    );
  const { file = FILE.parse({}) } = named;
  const mapping = mappingOf(source, { ...file, ...given });
  return settingsOf(config, flags, preset === undefined ? mapping : { ...mapping, flags: { source, preset } });
}

/**
 * What the source says of the columns of an export, or the preset that is named; undefined when its columns are what the events of
 * the source set.
 */
export function fileMappingIn(config: Config, name: string, preset?: CommonFlags['preset']): FileMapping | undefined {
  const source = sourceNamed(config, name);
  const { file = FILE.parse({}) } = source;
  if (preset !== undefined) return { ...mappingOf(name, { ...file, preset }), flags: { source: name, preset } };
  return isKnownByEvents(source) ? undefined : mappingOf(name, file);
}

/** Flags win over the source; what is configured for files in general is not meant for it. */
export function settingsOf(config: Config, flags: CommonFlags, mapping: FileMapping): ColumnSettings {
  const said = flags.emptyCells === undefined ? mapping.emptyCells : undefined;
  return { map: flags.map ?? {}, match: flags.match ?? [], emptyCells: said ?? config.empty_cells, mapping };
}

/** The section as plain data, its defaults put where they hold. */
export function mappingOf(name: string, given: FileSection): FileMapping {
  const { section: file, notes, observedOptional } = expand(given);
  const { columns, fields, match, empty_cells: emptyCells, where, observed_at: observed } = file;
  const rules = [
    ...Object.entries(columns).flatMap(([column, said]) => {
      if (said === false) return [];
      const { to, ...rest } = typeof said === 'string' ? { to: said } : said;
      return [ruleOf(`columns.${column}`, to, { column }, rest, file)];
    }),
    ...Object.entries(fields).map(([field, said]) => {
      const { template, first_of, value, ...rest } = typeof said === 'string' ? { template: said } : said;
      const from = originOf(template, first_of, value);
      return ruleOf(`fields.${field}`, field, from, rest, file);
    }),
  ];
  const column = typeof observed === 'string' ? { column: observed } : observed;
  return {
    name,
    rules,
    without: Object.keys(columns).filter((one) => columns[one] === false),
    match,
    ...(emptyCells === undefined ? {} : { emptyCells }),
    where: conditionsOf(where),
    ...(column === undefined
      ? {}
      : {
          observedAt: {
            column: column.column,
            settings: settingsFor('datetime', column, file),
            ...(observedOptional ? { optional: true as const } : {}),
          },
        }),
    ...(Object.keys(notes).length === 0 ? {} : { notes }),
    refusesConflicts: file.conflicts === 'refuse',
  };
}

type Said = Exclude<FileSection['columns'][string], string | false>;

function originOf(template: string | undefined, firstOf: string[] | undefined, value: string | undefined): Origin {
  if (firstOf !== undefined) return { firstOf };
  return value === undefined ? { template: template! } : { value };
}

function ruleOf(key: string, to: string, from: Origin, said: Omit<Said, 'to'>, file: FileSection): FieldRule {
  const { type, required, default: otherwise, lookup, unknown, when, optional } = said;
  const treatment: Treatment = {
    ...(type === undefined ? {} : { type }),
    settings: type === undefined ? {} : settingsFor(type, said, file),
    ...(required === true ? { required } : {}),
    ...(otherwise === undefined ? {} : { default: otherwise }),
    ...(lookup === undefined ? {} : { lookup }),
    ...(unknown === undefined ? {} : { unknown }),
  };
  // The schema has judged it.
  const field = fieldNamed(to)!;
  return { key, field, from, ...(optional === true ? { optional } : {}), when: conditionsOf(when ?? {}), ...treatment };
}

/** What the column says, and what it leaves to the file. */
function settingsFor(
  type: keyof typeof TYPES,
  said: Readonly<Record<string, unknown>>,
  file: FileSection,
): Record<string, unknown> {
  const taken: readonly string[] = TYPES[type];
  const both: Readonly<Record<string, unknown>> = { ...file, ...said };
  return Object.fromEntries(
    SETTING_NAMES.filter((name) => taken.includes(name) && both[name] !== undefined).map((name) => [name, both[name]]),
  );
}

function conditionsOf(where: FileSection['where']): Condition[] {
  return Object.entries(where).map(([column, said]) => {
    const not = typeof said === 'object' && !Array.isArray(said);
    const values = not ? said.not : said;
    return { column, values: typeof values === 'string' ? [values] : values, not };
  });
}
