import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import { CONFIG, type Config, ENVIRONMENT, FILE_VARIABLES, FLAGS } from './schema.ts';
import { secretsIn } from './secrets.ts';

/** Everything that is wrong with the configuration, at once; each line names its key. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

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
 * Reads the configuration.
 *
 * @throws ConfigError with every fault, each with the path of its key and what to do
 */
export function loadConfig(sources: ConfigSources): Config {
  const faults: string[] = [];
  const raw = readFile(sources.file, faults);
  faults.push(...secretsIn(raw));
  if (typeof raw.pace === 'string') raw.pace = { mode: raw.pace };
  /** Where a key got its value, for the error text. */
  const origin = new Map<string, string>();
  for (const [variable, key] of Object.entries(FILE_VARIABLES)) {
    const path = sources.env[variable];
    if (path === undefined || path === '') continue;
    try {
      put(raw, key, readFileSync(path, 'utf8').trim());
      origin.set(key, variable);
    } catch {
      faults.push(`${variable}: the file ${path} cannot be read. Correct the path or its rights.`);
    }
  }
  for (const [variable, key] of Object.entries(ENVIRONMENT)) {
    const value = sources.env[variable];
    if (value === undefined || value === '') continue;
    put(raw, key, key === 'chatwoot.account_id' ? numberOr(value) : value);
    origin.set(key, variable);
  }
  for (const [key, value] of Object.entries(sources.flags)) {
    if (value === undefined) continue;
    put(raw, key, value);
    origin.set(key, FLAGS[key] ?? key);
  }
  const parsed = CONFIG.safeParse(raw);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => sentence(issue, origin)));
  // Nobody should mend one setting only to hear of the next.
  if (faults.length > 0) throw new ConfigError([...faults, ...accessFaults(chatwootIn(raw))]);
  return parsed.data!;
}

/** What talking to Chatwoot needs. */
export interface ChatwootAccess {
  baseUrl: string;
  accountId: number;
  token: string;
  /** PEM text of a private certificate authority; whoever opens `chatwoot.ca` adds it. */
  ca?: string;
}

/**
 * The access settings, or every one that is missing at once.
 *
 * @throws ConfigError
 */
export function accessOf(config: Config): ChatwootAccess {
  const faults = accessFaults(config.chatwoot);
  if (faults.length > 0) throw new ConfigError(faults);
  const { base_url, account_id, api_access_token } = config.chatwoot;
  return { baseUrl: base_url!.replace(/\/+$/, ''), accountId: account_id!, token: api_access_token! };
}

/** What is missing to talk to Chatwoot. Values of the wrong kind are not judged: the schema did that. */
function accessFaults(chatwoot: Record<string, unknown>): string[] {
  const faults: string[] = [];
  const { base_url, account_id, api_access_token, insecure } = chatwoot;
  if (base_url === undefined)
    faults.push('chatwoot.base_url is missing. Set CHATWOOT_BASE_URL, for example https://desk.example.com.');
  else if (insecure !== true && isPlain(base_url)) {
    faults.push(
      'chatwoot.base_url is plain http, which shows the token to everybody on the way. Use https, or give --insecure.',
    );
  }
  if (account_id === undefined)
    faults.push(
      'chatwoot.account_id is missing. Set CHATWOOT_ACCOUNT_ID to the number behind /accounts/ in the address.',
    );
  if (api_access_token === undefined) {
    faults.push(
      "chatwoot.api_access_token is missing. Set CHATWOOT_API_ACCESS_TOKEN to an administrator's token (profile settings).",
    );
  }
  return faults;
}

function chatwootIn(raw: Record<string, unknown>): Record<string, unknown> {
  const { chatwoot } = raw;
  return typeof chatwoot === 'object' && chatwoot !== null ? (chatwoot as Record<string, unknown>) : {};
}

/** Plain http to another machine. */
function isPlain(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    hostname.endsWith('.localhost')
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

function sentence(issue: z.core.$ZodIssue, origin: ReadonlyMap<string, string>): string {
  const key = issue.path.join('.');
  // One value of a list or map came from where the whole came from.
  const from = origin.get(key) ?? origin.get(issue.path.slice(0, -1).join('.'));
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((name) => [key, name].filter(Boolean).join('.'));
    return `${names.join(', ')}: no such setting. docs/configuration.md lists them all.`;
  }
  const place = from === undefined ? 'in the configuration file' : `with ${from}`;
  return `${key}: ${issue.message}. Correct it ${place}; docs/configuration.md says what it takes.`;
}
