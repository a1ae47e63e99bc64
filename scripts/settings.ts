import { z } from 'zod';
import { CONFIG } from '../config/schema.ts';

/** One setting of the schema. */
export interface Setting {
  /** With dots between its levels; `<name>` stands for any name. */
  key: string;
  meaning: string;
  /** As YAML writes it; undefined when there is none. */
  default: string | undefined;
}

type Schema = z.core.JSONSchema.BaseSchema;

/** Every setting in the order of the schema, those of a source under `sources.<name>`. */
export function settings(): Setting[] {
  return within(z.toJSONSchema(CONFIG, { io: 'input' }), []);
}

function within(schema: Schema, path: string[]): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => settingsOf(part as Schema, [...path, name]));
}

function settingsOf(part: Schema, path: string[]): Setting[] {
  if (part.properties !== undefined) return within(part, path);
  const alternatives = (part.oneOf ?? part.anyOf ?? []) as Schema[];
  const sections = alternatives.filter(({ properties }) => properties !== undefined);
  if (sections.length > 0 && sections.length === alternatives.length) return merged(part, alternatives, path);
  const own = { key: path.join('.'), meaning: part.description ?? '', default: defaultOf(part) };
  // What has a short form and a long one is explained as itself, then by what the long one takes.
  const section = sections[0];
  if (section !== undefined) return [own, ...within(section, path)];
  const each = part.additionalProperties as Schema | undefined;
  if (typeof each !== 'object') return [own];
  return [own, ...eachOf(each, [...path, '<name>'])];
}

/** What stands under any name, as far as it is a section. */
function eachOf(each: Schema, path: string[]): Setting[] {
  const section = [each, ...((each.anyOf ?? []) as Schema[])].find(({ properties }) => properties !== undefined);
  // Texts that fit a column are explained where they stand.
  return section === undefined || section.properties?.not !== undefined ? [] : within(section, path);
}

/** What several alternatives have stands once; the one that tells them apart lists their names. */
function merged(union: Schema, alternatives: Schema[], path: string[]): Setting[] {
  const names = [...new Set(alternatives.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  return names.map((name) => {
    const parts = alternatives.flatMap(({ properties }): Schema[] =>
      properties?.[name] === undefined ? [] : [properties[name] as Schema],
    );
    const key = [...path, name].join('.');
    const tells = parts.map((part) => part.const).filter((value) => value !== undefined);
    if (tells.length > 0) {
      const meaning = `${union.description ?? ''} One of ${tells.join(', ')}.`;
      return { key, meaning, default: undefined };
    }
    const meaning = distinct(parts.map((part) => part.description)).join(' ');
    return { key, meaning, default: distinct(parts.map(defaultOf)).join(' or ') || undefined };
  });
}

function defaultOf(part: Schema): string | undefined {
  const text = JSON.stringify(part.default) ?? '';
  return ['', '[]', '{}'].includes(text) ? undefined : text.replaceAll('"', '');
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts)].filter((text) => text !== undefined);
}
