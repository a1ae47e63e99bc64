import { attributeValue, booleanText, type Definition, isDate, isPlainNumber } from '../contact/attribute.ts';
import { isWebAddress } from '../contact/web-address.ts';

/** A type that the cells of a column can show by themselves. A list is never guessed: its options are a decision. */
export type ShownType = 'checkbox' | 'number' | 'date' | 'link' | 'text';

/** A cell that the list does not offer. */
export interface BadValue {
  value: string;
  rows: number;
  first_line: number;
}

/** Lines and values that are kept to be shown. */
export const SAMPLES = 10;

/** Distinct values that are told apart; a column with more is no list at all. */
export const MOST_DISTINCT = 100;

/** More digits than these are rounded where Chatwoot's interface, JavaScript, shows or edits a number. */
const EXACT_DIGITS = 15;

const FITS: Record<Exclude<ShownType, 'text'>, (text: string) => boolean> = {
  checkbox: (text) => booleanText(text) !== undefined,
  number: (text) => isPlainNumber(text) && text.replace(/\D/g, '').length <= EXACT_DIGITS,
  date: (text) => text.length === 10 && isDate(text),
  link: isWebAddress,
};

type Narrow = keyof typeof FITS;

/** What a column shows and which of its cells do not fit the definition, gathered in constant memory. */
export class Column {
  readonly key: string;
  readonly name: string;
  /** Undefined: the account does not know the key. */
  readonly definition: Definition | undefined;
  /** Rows with a value. */
  rows = 0;
  /** Rows whose value does not fit the definition. */
  badRows = 0;
  /** Physical lines (1-based) of the first of them. */
  readonly badLines: number[] = [];
  /** Of lists only: distinct values that are no option, up to `MOST_DISTINCT`. See `strangers`. */
  readonly badValues = new Map<string, BadValue>();
  #fitting: Narrow[] = Object.keys(FITS) as Narrow[];

  constructor(key: string, name: string, definition: Definition | undefined) {
    this.key = key;
    this.name = name;
    this.definition = definition;
  }

  /** Takes a cell that holds a value: neither empty nor the token that clears. */
  add(cell: string, line: number): void {
    this.rows++;
    const trimmed = cell.trim();
    this.#fitting = this.#fitting.filter((type) => FITS[type](trimmed));
    if (fits(cell, this.definition)) return;
    this.badRows++;
    if (this.badLines.length < SAMPLES) this.badLines.push(line);
    if (this.definition?.type === 'list') this.#note(cell, line);
  }

  /** The narrowest type that every value has; null when there is none to judge by. */
  get shown(): ShownType | null {
    return this.rows === 0 ? null : (this.#fitting[0] ?? 'text');
  }

  /**
   * Values that a list does not offer, to be shown: names of options are no personal data. null when there are so many that
   * the column holds something else, which may be.
   */
  get strangers(): BadValue[] | null {
    return this.badValues.size < MOST_DISTINCT ? [...this.badValues.values()] : null;
  }

  #note(cell: string, line: number): void {
    const known = this.badValues.get(cell);
    if (known !== undefined) known.rows++;
    else if (this.badValues.size < MOST_DISTINCT) this.badValues.set(cell, { value: cell, rows: 1, first_line: line });
  }
}

/** Judged as `sync` judges it; and a link has to be one, though `sync` writes whatever stands there. */
function fits(cell: string, definition: Definition | undefined): boolean {
  if (definition?.type === 'link') return isWebAddress(cell.trim());
  return typeof attributeValue(cell, definition) === 'string';
}
