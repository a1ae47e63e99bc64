import { attributeText } from '../contact.ts';
import { type Json, stringifyExact } from '../json.ts';
import { Halt, serverError } from '../reply.ts';
import type { Behaviour } from '../version.ts';
import { cast, compareCast } from './cast.ts';
import { type Row, SqlFault } from './row.ts';
import { firstOf, likePatterns } from './value.ts';

type Test = (row: Row) => boolean;
type Built = { test: Test; seek?: { field: 'email' | 'phone' | 'identifier'; value: string }; fails?: boolean };

const TEXT = ['equal_to', 'not_equal_to', 'contains', 'does_not_contain'];
const EQUALITY = ['equal_to', 'not_equal_to'];
const DATE = ['is_greater_than', 'is_less_than', 'days_before'];
const DAY_MS = 86_400_000;
const never: Test = () => false;

/** The standard keys and their operators, in the order that the desk's error message lists them (filter_keys.yml). */
export function standardKeys(behaviour: Behaviour): Record<string, readonly string[]> {
  return {
    name: TEXT,
    phone_number: [...TEXT, 'starts_with'],
    email: TEXT,
    identifier: EQUALITY,
    country_code: EQUALITY,
    city: TEXT,
    [behaviour.companyKey]: TEXT,
    labels: [...EQUALITY, 'is_present', 'is_not_present'],
    created_at: DATE,
    last_activity_at: DATE,
    blocked: EQUALITY,
  };
}

/** Builds the test of one condition on a standard key whose operator is allowed. */
export function standardTest(key: string, operator: string, values: Json, behaviour: Behaviour): Built {
  if (key === 'labels') return labelTest(operator, values);
  if (key === 'created_at' || key === 'last_activity_at') return dateTest(key, operator, values);
  if (key === 'blocked') return blockedTest(operator, firstOf(values));
  const read = reader(key);
  if (operator === 'contains' || operator === 'does_not_contain') {
    const patterns = likePatterns(values);
    const wanted = operator === 'contains';
    const test: Test = (row) => {
      const text = read(row);
      return text !== null && patterns.some((pattern) => pattern.test(text)) === wanted;
    };
    return { test, fails: stringifyExact(values).includes('\\u0000') };
  }
  return equality(key, read, operator !== 'not_equal_to', firstOf(values), behaviour);
}

function equality(
  key: string,
  read: (row: Row) => string | null,
  equal: boolean,
  first: Json,
  behaviour: Behaviour,
): Built {
  const value = key === 'phone_number' ? phoneValue(first, behaviour) : comparable(key, first);
  if (value === undefined) return { test: never, fails: true };
  if (value === null) return { test: never };
  if (value.includes('\u0000')) return { test: never, fails: true };
  const fold = key !== 'phone_number';
  const test: Test = (row) => {
    const text = read(row);
    return text !== null && ((fold ? text.toLowerCase() : text) === value) === equal;
  };
  const field = key === 'phone_number' ? 'phone' : key;
  if (!equal || (field !== 'email' && field !== 'phone' && field !== 'identifier')) return { test };
  return { test, seek: { field, value } };
}

/** Only texts compare with a text column: a number or boolean is an SQL error (undefined). */
function comparable(key: string, first: Json): string | null | undefined {
  if (typeof first === 'string') return first.toLowerCase();
  if (key === 'country_code') throw new Halt(serverError());
  if (first === null) return null;
  if (Array.isArray(first) && first.length === 1 && typeof first[0] === 'string') return first[0];
  return undefined;
}

/** The desk puts "+" before the value; since 4.7.0 it takes out every "+" of it first. */
function phoneValue(first: Json, behaviour: Behaviour): string {
  if (first === null) return '+';
  if (!behaviour.stripsPlus) return `+${typeof first === 'string' ? first : stringifyExact(first)}`;
  if (typeof first !== 'string') throw new Halt(serverError());
  return `+${first.replaceAll('+', '')}`;
}

function reader(key: string): (row: Row) => string | null {
  if (key === 'name') return (row) => row.contact.name;
  if (key === 'email') return (row) => row.contact.email;
  if (key === 'phone_number') return (row) => row.contact.phone;
  if (key === 'identifier') return (row) => row.contact.identifier;
  return (row) => attributeText(row.additional, key);
}

function blockedTest(operator: string, first: Json): Built {
  const equal = operator === 'equal_to';
  if (first === null) return { test: never };
  if (typeof first === 'boolean') return { test: (row) => (row.contact.blocked === first) === equal };
  if (typeof first !== 'string') return { test: never, fails: true };
  const value = attempt(() => cast(first, 'boolean', 0));
  if (value === undefined) return { test: never, fails: true };
  return { test: (row) => (row.contact.blocked === value) === equal };
}

function labelTest(operator: string, values: Json): Built {
  if (operator === 'is_present') return { test: (row) => row.contact.labels.length > 0 };
  if (operator === 'is_not_present') return { test: (row) => row.contact.labels.length === 0 };
  const first = firstOf(values);
  const value = first === null ? null : comparable('labels', first);
  if (value === undefined) return { test: never, fails: true };
  const equal = operator === 'equal_to';
  return { test: (row) => (value !== null && row.contact.labels.includes(value)) === equal };
}

function dateTest(key: 'created_at' | 'last_activity_at', operator: string, values: Json): Built {
  const today = Date.now();
  const first = firstOf(values);
  const limit = attempt(() =>
    operator === 'days_before'
      ? Math.floor(today / DAY_MS) - (Number.parseInt(String(first), 10) || 0)
      : cast(String(first ?? ''), 'date', today),
  );
  if (limit === undefined) return { test: never, fails: true };
  const sign = operator === 'is_greater_than' ? 1 : -1;
  const test: Test = ({ contact }) => {
    const ms = key === 'created_at' ? contact.createdAt : contact.lastActivityAt && contact.lastActivityAt * 1000;
    return ms !== null && Math.sign(compareCast(Math.floor(ms / DAY_MS), limit)) === sign;
  };
  return { test };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlFault) return undefined;
    throw error;
  }
}
