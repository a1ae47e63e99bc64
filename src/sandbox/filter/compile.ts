import type { Definitions } from '../definitions.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { Halt, serverError, unprocessable } from '../reply.ts';
import type { Behaviour } from '../version.ts';
import { customLeaves } from './custom.ts';
import type { Leaf } from './row.ts';
import { standardKeys, standardTest } from './standard.ts';
import { isBlank } from './value.ts';

/**
 * Turns a filter's `payload` into leaves, refusing what the desk refuses and in its order: operators between conditions
 * first, then condition by condition. Throws Halt (422, or 500 where the desk's own code trips).
 */
export function compile(payload: Json | undefined, behaviour: Behaviour, definitions: Definitions): Leaf[] {
  if (!Array.isArray(payload) || !payload.every(isObject)) throw new Halt(serverError());
  const joins = payload.map(joinOf);
  return payload.flatMap((condition, at) => leavesOf(condition, joins[at]!, behaviour, definitions));
}

/** Groups of leaves: AND binds tighter than OR. Undefined for a statement with an operator missing or left over. */
export function groupsOf(leaves: readonly Leaf[]): Leaf[][] | undefined {
  const groups: Leaf[][] = [[]];
  for (const [at, leaf] of leaves.entries()) {
    groups.at(-1)!.push(leaf);
    const isLast = at === leaves.length - 1;
    if ((leaf.joins === null) !== isLast) return undefined;
    if (leaf.joins === 'OR') groups.push([]);
  }
  return groups;
}

function joinOf(condition: JsonObject): Leaf['joins'] {
  const sent = condition.query_operator;
  if (sent === undefined || sent === null) return null;
  if (typeof sent !== 'string') throw new Halt(serverError());
  const operator = sent.toUpperCase();
  if (operator === 'AND' || operator === 'OR') return operator;
  throw new Halt(unprocessable('Query operator must be either "AND" or "OR".'));
}

function leavesOf(condition: JsonObject, joins: Leaf['joins'], behaviour: Behaviour, definitions: Definitions): Leaf[] {
  const key = typeof condition.attribute_key === 'string' ? condition.attribute_key : '';
  const operator = typeof condition.filter_operator === 'string' ? condition.filter_operator : '';
  const keys = standardKeys(behaviour);
  const allowed = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (allowed && !allowed.includes(operator)) {
    throw new Halt(unprocessable(`Invalid operator. The allowed operators for ${key} are [${allowed.join(',')}].`));
  }
  const needsValue = operator !== 'is_present' && operator !== 'is_not_present';
  if (needsValue && isBlank(condition.values)) {
    throw new Halt(unprocessable(`Invalid value. The values provided for ${key} are invalid`));
  }
  const values = condition.values ?? null;
  if (allowed) return [{ ...standardTest(key, operator, values, behaviour), joins }];
  const definition = definitions.find(key, 'contact_attribute');
  if (definition) return customLeaves(key, definition.attribute_display_type, operator, values, joins);
  throw new Halt(
    unprocessable(
      `Invalid attribute key - [${key}]. The key should be one of [${Object.keys(keys).join(',')}] or a custom attribute defined in the account.`,
    ),
  );
}
