import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import { accessFaults } from './access.ts';
import { type AccountPlace, CHATWOOT, DEFAULT_ACCOUNT, inVariable } from './account.ts';
import { accountsIn, faultsBetween, type Raw, sectionIn, settingsIn, unknownAccount } from './between.ts';
import { ConfigError } from './error.ts';
import { CONFIG, type Config, ENVIRONMENT, FILE_VARIABLES, FLAGS } from './schema.ts';
import { secretsIn } from './secrets.ts';
import { readTokenFiles, secretIn, writtenTokens } from './token.ts';

/** Where a configuration comes from, weakest first: file, environment, flags. */
export interface ConfigSources {
  /** Path given with --config; without it contact-sync.yaml, then config/contact-sync.yaml, if there. */
  file?: string | undefined;
  env: Record<string, string | undefined>;
  /** Values of flags by key (`chatwoot.base_url`). */
  flags: Record<string, unknown>;
}

const DEFAULT_FILES = ['contact-sync.yaml', 'config/contact-sync.yaml'];

/**
 * Reads the configuration, as the account has it that is meant: without a name the one under `chatwoot`, or with `any` the first
 * there is.
 *
 * @throws ConfigError with every fault, each with the path of its key and what to do
 */
export function loadConfig(
  sources: ConfigSources & { account?: string | undefined; any?: boolean | undefined },
): Config {
  const { account, any = false } = sources;
  return loadConfigs({
    ...sources,
    accounts: account === undefined && any ? 'first' : [account ?? DEFAULT_ACCOUNT],
  })[0]!;
}

/**
 * Reads the configuration, as each of several accounts has it; without names, as every account that is configured.
 *
 * @throws ConfigError with every fault, each with the path of its key and what to do
 */
export function loadConfigs(sources: ConfigSources & { accounts?: readonly string[] | 'first' | undefined }): Config[] {
  const faults: string[] = [];
  const raw = readFile(sources.file, faults);
  if (typeof raw.pace === 'string') raw.pace = { mode: raw.pace };
  /** Where a key got its value, for the error text. */
  const origin = new Map<string, string>();
  const named = Object.keys(sectionIn(raw, 'accounts'));
  faults.push(...secretsIn(raw), ...writtenTokens(raw, named));
  readVariables(raw, sources, named, origin, faults);
  for (const [key, value] of Object.entries(sources.flags)) {
    if (value === undefined) continue;
    // What is said of this command is meant for whichever account it speaks to.
    const own = key === 'chatwoot.insecure' || key === 'chatwoot.ca' ? key.slice('chatwoot.'.length) : undefined;
    const also = own === undefined ? [] : named.map((name) => `accounts.${name}.${own}`);
    for (const one of [key, ...also]) {
      put(raw, one, value);
      origin.set(one, FLAGS[key] ?? key);
    }
  }
  const known = accountsIn(raw);
  const meant = sources.accounts === 'first' ? known.slice(0, 1) : [...new Set(sources.accounts ?? known)];
  for (const name of meant) {
    if (name !== DEFAULT_ACCOUNT && !known.includes(name)) faults.push(`--account: ${unknownAccount(name, known)}`);
  }
  const there = meant.filter((name) => name === DEFAULT_ACCOUNT || known.includes(name));
  readTokenFiles(raw, there, origin, faults);
  faults.push(...faultsBetween(raw));
  const parsed = CONFIG.safeParse(raw);
  if (!parsed.success) faults.push(...parsed.error.issues.flatMap(branchOf).map((issue) => sentence(issue, origin)));
  // Nobody should mend one setting only to hear of the next.
  if (faults.length > 0)
    throw new ConfigError([...faults, ...there.flatMap((name) => accessFaults(settingsIn(raw, name), name, named))]);
  const places = placesIn(parsed.data!);
  return there.map((name) => ({ ...asOf(parsed.data!, name, sources.flags), places }));
}

/** The configuration as one account has it. */
function asOf(all: z.infer<typeof CONFIG>, account: string, flags: ConfigSources['flags']): Omit<Config, 'places'> {
  if (account === DEFAULT_ACCOUNT) return { ...all, account };
  const { rate, desk_share, ...own } = all.accounts[account]!;
  return {
    ...all,
    chatwoot: CHATWOOT.parse(settingsIn({ ...all, accounts: { [account]: own } }, account)),
    rate: (flags.rate as number | undefined) ?? rate ?? all.rate,
    desk_share: (flags.desk_share as number | undefined) ?? desk_share ?? all.desk_share,
    account,
  };
}

function placesIn(all: z.infer<typeof CONFIG>): AccountPlace[] {
  return accountsIn(all).flatMap((name) => {
    const { base_url, account_id } = settingsIn(all, name) as { base_url?: string; account_id?: number };
    if (base_url === undefined || account_id === undefined) return [];
    return [{ name, baseUrl: base_url.replace(/\/+$/, ''), accountId: account_id }];
  });
}

/** Puts what the environment says into its place; a variable that names a file is weaker than the plain one. */
function readVariables(
  raw: Raw,
  { env }: ConfigSources,
  names: readonly string[],
  origin: Map<string, string>,
  faults: string[],
): void {
  for (const [variable, key] of eachOf(FILE_VARIABLES, names)) {
    const path = env[variable];
    if (path === undefined || path === '') continue;
    const token = secretIn(path, variable, faults);
    if (token === undefined) continue;
    put(raw, key, token);
    origin.set(key, variable);
  }
  for (const [variable, key] of eachOf(ENVIRONMENT, names)) {
    const value = env[variable];
    if (value === undefined || value === '') continue;
    put(raw, key, key === 'chatwoot.account_id' ? numberOr(value) : value);
    origin.set(key, variable);
  }
}

/** Variables and their keys, those of an account once for each. */
function eachOf(variables: Readonly<Record<string, string>>, names: readonly string[]): [string, string][] {
  return Object.entries(variables).flatMap(([variable, key]): [string, string][] =>
    variable.includes('<NAME>')
      ? names.map((name) => [variable.replace('<NAME>', inVariable(name)), key.replace('<name>', name)])
      : [[variable, key]],
  );
}

function readFile(given: string | undefined, faults: string[]): Record<string, unknown> {
  const file = given ?? DEFAULT_FILES.find((path) => existsSync(path));
  if (file === undefined) return {};
  try {
    const value: unknown = parse(readFileSync(file, 'utf8'));
    if (value === null || value === undefined) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    faults.push(`${file}: holds no settings. Write lines of the form "key: value".`);
  } catch (error) {
    faults.push(`${file}: cannot be read (${whyUnreadable(error)}). Correct it, or name another file with --config.`);
  }
  return {};
}

/** Of a fault of YAML its place and no text: what stands there may be meant for nobody. */
function whyUnreadable(error: unknown): string {
  const { code, linePos } = error as { code?: string; linePos?: [{ line: number; col: number }] };
  if (code === undefined) return 'no YAML';
  if (linePos === undefined) return code;
  return `line ${linePos[0].line}, column ${linePos[0].col}: ${code.toLowerCase().replaceAll('_', ' ')}`;
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  const parts = key.split('.');
  let at = target;
  for (const part of parts.slice(0, -1)) {
    const next = at[part];
    at[part] = typeof next === 'object' && next !== null ? next : {};
    at = at[part] as Record<string, unknown>;
  }
  at[parts.at(-1)!] = value;
}

function numberOr(text: string): unknown {
  return /^\d+$/.test(text.trim()) ? Number(text) : text;
}

/** Of a value that may be of several kinds the faults of the kind that was meant: whose kind, at least, is right. */
function branchOf(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((faults) =>
    faults.every(({ code, path }) => path.length > 0 || !['invalid_type', 'invalid_value'].includes(code)),
  );
  return (meant ?? []).length === 0
    ? [issue]
    : meant!.flatMap((fault) => branchOf({ ...fault, path: [...issue.path, ...fault.path] }));
}

function sentence(issue: z.core.$ZodIssue, origin: ReadonlyMap<string, string>): string {
  const key = issue.path.join('.');
  // One value of a list or map came from where the whole came from.
  const from = origin.get(key) ?? origin.get(issue.path.slice(0, -1).join('.'));
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((name) => [key, name].filter(Boolean).join('.'));
    const near = issue.message.startsWith('Did you mean') ? ` ${issue.message}` : '';
    return `${names.join(', ')}: no such setting.${near} docs/configuration.md lists them all.`;
  }
  const place = from === undefined ? 'in the configuration file' : `with ${from}`;
  // A name that cannot be one says why a level deeper.
  const message = issue.code === 'invalid_key' ? issue.issues.map((one) => one.message).join('; ') : issue.message;
  const ended = /[.?]$/.test(message) ? message : `${message}.`;
  return `${key}: ${ended} Correct it ${place}; docs/configuration.md says what it takes.`;
}
