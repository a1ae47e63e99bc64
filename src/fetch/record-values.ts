import { flatten, scalarOf, type Values } from '../source/webhook/flatten.ts';
import { type JsonPath, parsePath, valuesAt } from '../source/webhook/path.ts';
import type { Preset } from '../source/webhook/presets/preset.ts';
import { isRecord } from '../source/webhook/untrusted.ts';

/** How the values of a fetched record are named. */
export interface RecordReading {
  /** JSON path to the object that holds them; a `$` in front means the whole answer. */
  values: string;
  preset: Preset;
  /** Names that the source maps: those that the record does not have may be JSON paths in it. */
  mapped: readonly string[];
}

/** The path behind its `$`, which stands for the whole answer. */
export function pathWithout$(text: string): string {
  return text.replace(/^\$\.?/, '');
}

/**
 * The values of a record as the events of its preset name them; undefined when there is no object where they should be. A
 * path that leads nowhere says nothing, an empty text and null clear.
 */
export function recordValues(document: unknown, id: string, reading: RecordReading): Values | undefined {
  const record = valuesAt(document, pathOf(pathWithout$(reading.values)))[0];
  if (!isRecord(record)) return undefined;
  const named = reading.preset.fetched?.(record, id) ?? { ...flatten(record), id };
  const reached = reading.mapped.flatMap((name): [string, Values[string]][] => {
    if (Object.hasOwn(named, name)) return [];
    const scalar = scalarOf(valuesAt(record, pathOf(name))[0]);
    return scalar === undefined ? [] : [[name, scalar]];
  });
  return { ...named, ...Object.fromEntries(reached) };
}

/** A name that is no path leads nowhere. */
function pathOf(text: string): JsonPath {
  const parsed = parsePath(text);
  return 'fault' in parsed ? [{ name: text }] : parsed.path;
}
