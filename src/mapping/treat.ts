import type { Definitions } from '../contact/attribute.ts';
import { textFault } from '../contact/check.ts';
import { fieldOfLabel, LABELS } from '../contact/label.ts';
import { CLEAR } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import { fit } from '../value/fit.ts';
import { EMPTY, type Tell } from '../value/normalise.ts';
import { CLEAR_TOKEN, type FieldSetter, isMatchKey, setCell, type Target } from './cell.ts';
import { readTyped, typeNamed } from './load-types.ts';
import { fitting, readerOf } from './origin.ts';
import type { PlannedRule } from './planned.ts';
import { folded } from './rules.ts';

/** Reads the cells of a row and sets one field. */
export type Setting = (
  target: Target,
  cells: readonly string[],
  definitions: Definitions | undefined,
  tell?: Tell,
) => Fault | undefined;

/** The field is set as a source says: its text is read, looked up, typed, and checked like any other cell. */
export function treating(field: string, rule: PlannedRule, setter: FieldSetter): Setting {
  const read = readerOf(rule.from, wordsForEmpty(rule.settings.treat_as_empty));
  const fits = fitting(rule.when);
  const find = rule.lookup === undefined ? undefined : lookingUp(rule, rule.lookup);
  const put = rule.type === undefined ? putText(rule, setter) : putTyped(field, rule, setter);
  const putNothing = absent(rule, put);
  return (target, cells, definitions, tell) => {
    if (fits !== undefined && !fits(cells)) return undefined;
    let text = read(cells);
    if (text === undefined) return putNothing(target, definitions);
    const trimmed = text.trim();
    if (find !== undefined && trimmed !== '' && trimmed !== CLEAR_TOKEN) {
      const broken = textFault(text);
      if (broken !== undefined) return broken;
      const found = find(text);
      if (found === undefined) return undefined;
      if (typeof found !== 'string') return found;
      text = found;
    }
    return put(target, text, definitions, tell);
  };
}

/** What becomes of a field that a row says nothing of: it is left alone, unless the source says what holds then. */
function absent(
  { required, default: otherwise }: PlannedRule,
  put: Put,
): (target: Target, definitions: Definitions | undefined) => Fault | undefined {
  if (otherwise !== undefined) return (target, definitions) => put(target, otherwise, definitions);
  return () => (required ? { reason: 'required-empty' } : undefined);
}

function wordsForEmpty(words: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(words) ? words.map((word) => folded(String(word))) : []);
}

type Put = (...given: [...Parameters<FieldSetter['filled']>, tell?: Tell]) => Fault | undefined;

function putText({ required, default: otherwise = '' }: PlannedRule, setter: FieldSetter): Put {
  return (target, text, definitions) => {
    const given = text.trim() === '' ? otherwise : text;
    const trimmed = given.trim();
    if (required && (trimmed === '' || trimmed === CLEAR_TOKEN)) return { reason: 'required-empty' };
    return setCell(setter, target, given, definitions);
  };
}

/** What the type made of a text is held against the field and what the account defines, like a cell that spells it so. */
function putTyped(field: string, rule: PlannedRule, setter: FieldSetter): Put {
  const { type, settings, required, default: otherwise } = rule;
  const read = typeNamed(type!);
  const put = fittedSetter(field);
  return (target, text, definitions, tell) => {
    const json = readTyped(read, text, settings, otherwise, tell);
    if (typeof json !== 'string') return json;
    if (json === EMPTY || json === CLEAR) {
      if (required) return { reason: 'required-empty' };
      return setter.empty(target, json === CLEAR);
    }
    // What fits a field is one text for most types, and that is what a cell without a type would be.
    if (json[0] === '"' && field !== LABELS) return setter.filled(target, textIn(json), definitions);
    const fitted = fit(field, json, definitions);
    if (typeof fitted !== 'string') return fitted;
    put(target, fitted);
    return undefined;
  };
}

/** Puts JSON text into a field that takes it. */
function fittedSetter(field: string): (target: Target, json: string) => void {
  if (field === LABELS) {
    return ({ patch }, json) => {
      // Each is added: which labels a contact has besides is not for a CRM to say.
      for (const label of JSON.parse(json) as string[]) patch[fieldOfLabel(label)] = 'true';
    };
  }
  if (isMatchKey(field)) {
    return ({ keys, patch }, json) => {
      keys[field] = textIn(json);
      if (field !== 'id') patch[field] = json;
    };
  }
  return ({ patch }, json) => {
    patch[field] = json;
  };
}

/** The text of a JSON text. Most have nothing escaped in them. */
function textIn(json: string): string {
  return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);
}

/** Undefined: nothing is set. */
type Find = (text: string) => string | Fault | undefined;

/** As it stands in the table, or else whatever its case. Of a list each entry is looked up. */
function lookingUp({ type, settings, unknown }: PlannedRule, lookup: Readonly<Record<string, string>>): Find {
  const exact = new Map(Object.entries(lookup));
  const loose = new Map<string, string>();
  for (const [text, value] of exact) if (!loose.has(folded(text))) loose.set(folded(text), value);
  const one: Find = (text) => {
    const found = exact.get(text.trim()) ?? loose.get(folded(text));
    if (found !== undefined) return found;
    if (unknown === 'keep') return text;
    return unknown === 'drop' ? undefined : { reason: 'not-in-lookup' };
  };
  if (type !== 'list') return one;
  const split = typeof settings.split === 'string' ? settings.split : LIST_SPLIT;
  return (text) => {
    const entries: string[] = [];
    for (const part of text.split(split)) {
      if (part.trim() === '') continue;
      const found = one(part);
      if (typeof found === 'object') return found;
      if (found !== undefined) entries.push(found);
    }
    return entries.length === 0 ? undefined : entries.join(split);
  };
}

/** As the type `list` splits when nothing is said. */
const LIST_SPLIT = ';';
