import { attributeText } from '../contact.ts';
import { type Json, stringifyExact } from '../json.ts';
import { type Cast, cast, compareCast, type SqlType } from './cast.ts';
import { type Leaf, type Row, SqlFault } from './row.ts';
import { firstOf, likePatterns } from './value.ts';

const SQL_TYPE: Record<string, SqlType> = {
  text: 'text',
  link: 'text',
  list: 'text',
  number: 'numeric',
  date: 'date',
  checkbox: 'boolean',
};
const DAY_MS = 86_400_000;

/**
 * The SQL of one condition on a defined custom attribute. The stored text of every row of the account is cast to the
 * definition's type, so one badly typed value anywhere fails the statement; currency and percent have no type and
 * always fail (filter_service.rb).
 */
export function customLeaves(key: string, type: string, operator: string, values: Json, joins: Leaf['joins']): Leaf[] {
  const sqlType = SQL_TYPE[type];
  if (sqlType === undefined) return [{ test: () => false, joins, fails: true }];
  const today = Date.now();
  const read = (row: Row): Cast | null => {
    const text = attributeText(row.custom, key);
    if (text === null) return null;
    return cast(sqlType === 'text' ? text.toLowerCase() : text, sqlType, today);
  };
  if (operator === 'is_present') return [{ test: (row) => read(row) !== null, joins }];
  if (operator === 'is_not_present') return [{ test: (row) => read(row) === null, joins }];
  if (operator === 'contains' || operator === 'does_not_contain')
    return [contains(read, operator, values, sqlType, joins)];
  const compare = (accept: (order: number) => boolean, right: Cast): Leaf['test'] => {
    return (row) => {
      const left = read(row);
      return left !== null && accept(compareCast(left, right));
    };
  };
  let right: Cast | null | undefined;
  try {
    right = rightSide(operator, firstOf(values), sqlType, today);
  } catch (error) {
    if (!(error instanceof SqlFault)) throw error;
    right = undefined;
  }
  if (right === undefined) return [{ test: () => false, joins, fails: true }];
  if (operator === 'is_greater_than')
    return [{ test: right === null ? () => false : compare((o) => o > 0, right), joins }];
  if (operator === 'is_less_than' || operator === 'days_before') {
    return [{ test: right === null ? () => false : compare((o) => o < 0, right), joins }];
  }
  if (operator !== 'not_equal_to')
    return [{ test: right === null ? () => false : compare((o) => o === 0, right), joins }];
  // The desk appends ` OR … IS NULL` behind the operator that joins the next condition: two operators in a row.
  const differs: Leaf = { test: right === null ? () => false : compare((o) => o !== 0, right), joins: 'OR' };
  return [joins === null ? differs : { ...differs, fails: true }, { test: (row) => read(row) === null, joins }];
}

function contains(
  read: (row: Row) => Cast | null,
  operator: string,
  values: Json,
  type: SqlType,
  joins: Leaf['joins'],
): Leaf {
  const patterns = likePatterns(values);
  const wanted = operator === 'contains';
  const test = (row: Row): boolean => {
    const text = read(row);
    return typeof text === 'string' && patterns.some((pattern) => pattern.test(text)) === wanted;
  };
  return { test, joins, fails: type !== 'text' || stringifyExact(values).includes('\\u0000') };
}

/** The value compared with; undefined where types do not meet. Inequalities quote it and cast it, equalities do not. */
function rightSide(operator: string, first: Json, type: SqlType, today: number): Cast | null | undefined {
  if (operator === 'days_before') {
    const day = Math.floor(today / DAY_MS) - (Number.parseInt(String(first), 10) || 0);
    return type === 'date' ? day : undefined;
  }
  if (operator === 'is_greater_than' || operator === 'is_less_than') {
    return cast(typeof first === 'string' ? first : first === null ? '' : stringifyExact(first), type, today);
  }
  if (first === null) return operator === 'equal_to' || operator === 'not_equal_to' ? null : cast('', type, today);
  if (typeof first === 'string') return cast(first.toLowerCase(), type, today);
  if (operator !== 'equal_to' && operator !== 'not_equal_to') return cast(stringifyExact(first), type, today);
  if (typeof first === 'boolean') return type === 'boolean' ? first : undefined;
  if (typeof first === 'number' || typeof first === 'bigint') return type === 'numeric' ? first : undefined;
  return undefined;
}
