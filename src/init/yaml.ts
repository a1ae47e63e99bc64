import type { Proposal, Proposals } from './propose.ts';

/** Where the account is. No token: that belongs into the environment. */
export interface Place {
  baseUrl: string;
  accountId: number;
  insecure: boolean;
  ca?: string;
}

/** A file that was looked at. */
export interface Example {
  /** Name of its source. */
  source: string;
  path: string;
  /** Rows that were looked at. */
  rows: number;
  /** A known export that the file is; what it says of its columns is not proposed once more. */
  preset?: { name: string; reason: string };
  /** What was said of how it is read, as settings of the source. */
  read?: Readonly<Record<string, string>>;
  proposals: Proposals;
}

const RESERVED = /^(true|false|yes|no|on|off|null|y|n|~)$/i;

/** The configuration as text: each guess has its reason beside it. Columns are named, their values never. */
export function configText(place: Place, example?: Example): string {
  const lines = [
    '# Settings of contact-sync; docs/configuration.md lists them all. The token is not in here: it comes from the environment.',
    'version: 1',
    '',
    'chatwoot:',
    `  base_url: ${scalar(place.baseUrl)}`,
    `  account_id: ${place.accountId}`,
    ...(place.insecure ? ['  insecure: true'] : []),
    ...(place.ca === undefined ? [] : [`  ca: ${scalar(place.ca)}`]),
  ];
  if (example !== undefined) lines.push('', ...sourceLines(example));
  return `${lines.join('\n')}\n`;
}

function sourceLines({ source, path, rows, preset, read = {}, proposals }: Example): string[] {
  const { columns, fields, match } = proposals;
  const width = Math.min(60, Math.max(0, ...columns.map((one) => entry(one).length)));
  const zoned = preset !== undefined || columns.some(({ settings }) => settings.type === 'datetime');
  const phones = preset !== undefined || columns.some(({ settings }) => settings.type === 'phone');
  return [
    '# What the files of a CRM mean; docs/mapping.md explains it. Proposed by looking at',
    `# ${JSON.stringify(path)} (rows looked at: ${rows}). Read each line before the first run.`,
    'sources:',
    `  ${scalar(source)}:`,
    '    file:',
    ...Object.entries(read).map(([name, value]) => `      ${name}: ${scalar(value)}  # as it was given`),
    ...(preset === undefined
      ? []
      : [
          `      preset: ${preset.name}  # ${preset.reason}`,
          '      # docs/presets.md says what it maps; what is said below stands over it.',
        ]),
    ...(phones ? ['      # country: DE              # country of phone numbers without a country code'] : []),
    ...(zoned ? ['      # timezone: Europe/Berlin  # time zone of times that name none'] : []),
    ...(match.length === 0 ? [] : [`      match: [${match.join(', ')}]`]),
    ...(columns.length === 0 ? [] : ['      columns:']),
    ...columns.map((one) => `        ${entry(one).padEnd(width)}  # ${one.reason}`),
    ...(fields.length === 0 ? [] : ['      fields:']),
    ...fields.map(({ field, template, reason }) => `        ${field}: ${scalar(template)}  # ${reason}`),
  ];
}

/** A line of `columns`. What somebody else has to decide is false, with the line that would map it in a comment. */
function entry({ column, to, settings, instead }: Proposal): string {
  const key = scalar(column);
  if (to !== undefined) return `${key}: ${setting(to, settings)}`;
  return instead === undefined ? `${key}: false` : `${key}: false  # or ${setting(instead, settings)}`;
}

function setting(to: string, settings: Record<string, string>): string {
  const pairs = Object.entries(settings).filter(([name, value]) => name !== 'type' || value !== 'text');
  if (pairs.length === 0) return scalar(to);
  return `{ to: ${scalar(to)}, ${pairs.map(([name, value]) => `${name}: ${scalar(value)}`).join(', ')} }`;
}

/** A text of YAML wherever it stands: as it is, or as JSON writes it, which YAML reads. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_./ -]*$/.test(text) && !RESERVED.test(text) && text.trim() === text;
  return plain ? text : JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped);
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
