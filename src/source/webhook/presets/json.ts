import { keyOfFree, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { type Scalar, scalarOf, type Values } from '../flatten.ts';
import { isMany, type JsonPath, parsePath, valuesAt } from '../path.ts';
import { anyTime } from '../time.ts';
import { idText } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/** Where in a sender's JSON stands what; every path but `items` begins at one item. */
export interface JsonSettings {
  /** Leads to the items, `data[*]`; absent: the body is the item, or a list of them. */
  items?: string | undefined;
  /** The change's own id, which a repeated delivery has as well. */
  id?: string | undefined;
  /** When it became so: ISO-8601 with a zone, or a count of seconds or ms. */
  observed_at?: string | undefined;
  /** The record's id in the CRM. */
  subject?: string | undefined;
  /** The record is gone when what stands at `path` reads like `equals`. */
  deleted?: { path: string; equals: string | number | boolean } | undefined;
  /** Name for the mapping -> path. */
  values: Readonly<Record<string, string>>;
}

interface Paths {
  items: JsonPath | undefined;
  id: JsonPath | undefined;
  observedAt: JsonPath | undefined;
  subject: JsonPath | undefined;
  deleted: { path: JsonPath; equals: string } | undefined;
  values: readonly (readonly [string, JsonPath])[];
}

/**
 * A preset for any sender of JSON or forms. What is absent or an empty text is not said, null clears, as in preset generic.
 *
 * @throws Error when a path is none, or leads to several values where one is wanted
 */
export function jsonPreset(settings: JsonSettings): Preset {
  const paths = pathsOf(settings);
  const named = Object.entries(settings.values).map(([name, path]) => [name, `what stands at ${path}`]);
  const { id: ownId, ...fields } = Object.fromEntries(named) as Record<string, string>;
  const id = ownId ?? (settings.subject === undefined ? undefined : `record id, from ${settings.subject}`);
  return {
    name: 'json',
    fields: { ...(id === undefined ? {} : { id }), ...fields },
    map: {},
    read: (delivery) => read(delivery, paths),
  };
}

function pathsOf(settings: JsonSettings): Paths {
  const { deleted } = settings;
  return {
    items: settings.items === undefined ? undefined : pathOf(settings.items),
    id: single('id', settings.id),
    observedAt: single('observed_at', settings.observed_at),
    subject: single('subject', settings.subject),
    deleted: deleted && { path: single('deleted.path', deleted.path)!, equals: String(deleted.equals) },
    values: Object.entries(settings.values).map(([name, path]) => [name, single(`values.${name}`, path)!]),
  };
}

function single(setting: string, text: string | undefined): JsonPath | undefined {
  if (text === undefined) return undefined;
  const path = pathOf(text);
  if (isMany(path))
    throw new Error(`${setting}: "${text}" leads to several values: use [*] in items only, or a place like [0]`);
  return path;
}

function pathOf(text: string): JsonPath {
  const parsed = parsePath(text);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return parsed.path;
}

function read({ body, headers, raw }: Delivery, paths: Paths): WebhookEvent[] {
  const items = itemsOf(body, paths.items);
  if (items === undefined)
    return [unusable(raw, 0, 'nothing stands where the items should: look at the setting items')];
  return items.map((item, place) => {
    const subject = idText(at(item, paths.subject));
    return {
      key: keyOfFree(idText(at(item, paths.id)), headers, raw, place),
      observedAt: anyTime(at(item, paths.observedAt)),
      subject,
      content: contentOf(item, subject, paths),
    };
  });
}

/** An empty list is a delivery without events; a path that leads nowhere is a fault, and so is one that ends at a list. */
function itemsOf(body: unknown, path: JsonPath | undefined): unknown[] | undefined {
  if (path === undefined) return Array.isArray(body) ? body : [body];
  const found = valuesAt(body, path);
  if (found.length > 0) return found.some(Array.isArray) ? undefined : found;
  return isMany(path) && valuesAt(body, path.slice(0, path.lastIndexOf('*'))).some(Array.isArray) ? [] : undefined;
}

function contentOf(item: unknown, subject: string | null, { deleted, values: named }: Paths): WebhookContent {
  if (deleted !== undefined && String(scalarOf(at(item, deleted.path)) ?? '') === deleted.equals) {
    return subject === null
      ? { type: 'unusable', why: 'a deleted record without an id: look at the setting subject' }
      : { type: 'deleted' };
  }
  const values: [string, Scalar][] = [];
  for (const [name, path] of named) {
    const value = at(item, path);
    if (value === undefined || value === '') continue;
    const scalar = scalarOf(value);
    if (scalar === undefined)
      return { type: 'unusable', why: `what stands at the path of "${name}" is no single value: lead to one` };
    values.push([name, scalar]);
  }
  if (values.length === 0)
    return { type: 'unusable', why: 'nothing stands at the paths of the values: look at the setting values' };
  const patch: Values = Object.fromEntries(values);
  return { type: 'patch', values: subject === null ? patch : { id: subject, ...patch } };
}

function at(item: unknown, path: JsonPath | undefined): unknown {
  return path === undefined ? undefined : valuesAt(item, path)[0];
}
