/** What every type takes. */
export interface CellSettings {
  /** Words that mean an empty cell in this column, letter by letter whatever their case: `['NULL', '-']`. */
  treat_as_empty?: readonly string[];
}

export interface TextSettings extends CellSettings {
  /** Whether space around the text goes; default true. */
  trim?: boolean;
  /** Most characters (code points); longer texts are refused. Default: what the field takes. */
  max_length?: number;
  /** Whose record ids these are, which are brought into their one spelling; see record-id.ts. */
  ids_of?: 'salesforce' | 'zoho';
}

export interface EmailSettings extends CellSettings {
  /** What stands between several addresses, of which the first is taken; default `;` or `,`. */
  split?: string;
}

export interface PhoneSettings extends CellSettings {
  /** What stands between several numbers, of which the first is taken. Without it several numbers are refused. */
  split?: string;
  /** Two letters (ISO 3166): whose numbers stand without a country code. Without it such numbers are refused. */
  country?: string;
  /** What of the cell is wanted; default `number`. Of a cell without an extension nothing is. */
  part?: 'number' | 'extension';
  /** `valid` (default): a number range that is in use. `possible`: any number of a length that the country has. */
  accept?: 'valid' | 'possible';
}

export interface NumberSettings extends CellSettings {
  /** How numbers are written: `en` (default), `de`, `fr`, `de-CH` and more, see number-style.ts. */
  locale?: string;
  /** What `12 %` is: `as_written` (default) 12, or as a `fraction` 0.12. */
  percent?: 'as_written' | 'fraction';
}

export interface BooleanSettings extends CellSettings {
  /** Language whose words are known beside the English ones. */
  locale?: string;
  /** More words for true and for false; they come before all others. */
  true?: readonly string[];
  false?: readonly string[];
  /** What an empty cell says, where only a cross says yes. Default: an empty cell says nothing. */
  empty?: boolean;
}

export interface DateSettings extends CellSettings {
  /** `iso` (default), `excel`, or a pattern of Luxon's such as `dd.MM.yyyy HH:mm`; several may be listed. */
  format?: string | readonly string[];
  /** Language of the names of months and days; default `en`. */
  locale?: string;
  /** IANA name of the zone in which times without one are written. */
  timezone?: string;
}

export interface ListSettings extends CellSettings {
  /** What stands between the entries; default `;`. */
  split?: string;
  /** Makes one text of the entries with this between them; without it they stay a JSON array. */
  join?: string;
}

export interface UrlSettings extends CellSettings {
  /** Put before an address that has none, as in `www.example.com`. Default: such addresses are refused. */
  scheme?: 'http' | 'https';
}
