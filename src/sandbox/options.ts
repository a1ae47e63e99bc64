import type { AvatarOptions } from './avatar.ts';
import type { DeskOptions } from './desk.ts';
import type { SandboxVersion } from './version.ts';

/** How to start a sandbox. */
export interface SandboxOptions {
  /** 0 takes any free port. Default 0. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The account N the user is a member of; in N+1 they are not, N+2 is suspended. Default 1. */
  account?: number;
  /** Further accounts with contacts of their own, of which the users are members too. Default none. */
  also?: number[];
  /** The administrator's token T; T-agent, T-bot and T-platform are the other kinds. Default "sandbox". */
  token?: string;
  /** Seeded contacts, with definitions for their attributes. Default 0. */
  contacts?: number;
  /** Default 4.10. */
  version?: SandboxVersion;
  /** Take the time a real desk takes; off, requests are answered at once. Default false. */
  desk?: boolean | DeskOptions;
  /** Milliseconds of network round trip, half before the desk works and half after. Default 0. */
  latencyMs?: number;
  /** Requests to /api per window before 429; 0 is no limit. Default 0. */
  rateLimit?: number;
  /** Length of the rate windows in milliseconds, aligned to the epoch. Default 60,000. */
  windowMs?: number;
  /** Searches per window and account; 0 is no limit. Default 100 (RATE_LIMIT_CONTACT_SEARCH). */
  searchLimit?: number;
  /** Send Retry-After with a 429, as a proxy in front would. Default false. */
  retryAfter?: boolean;
  /** Milliseconds until an idle connection is closed. Default 20,000 (observed 20.2 s). */
  keepAliveMs?: number;
  /** Keep every request for assertions; false keeps counters only. Default true. */
  keepLog?: boolean;
  /** Write the avatar job's bookkeeping into additional_attributes. Default false. */
  avatars?: boolean | AvatarOptions;
  /** Closes the sandbox when it aborts. */
  signal?: AbortSignal;
}

/** Options with their defaults filled in. */
export type ResolvedOptions = Required<Omit<SandboxOptions, 'signal'>>;

export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    account: options.account ?? 1,
    also: options.also ?? [],
    token: options.token ?? 'sandbox',
    contacts: options.contacts ?? 0,
    version: options.version ?? '4.10',
    desk: options.desk ?? false,
    latencyMs: options.latencyMs ?? 0,
    rateLimit: options.rateLimit ?? 0,
    windowMs: options.windowMs ?? 60_000,
    searchLimit: options.searchLimit ?? 100,
    retryAfter: options.retryAfter ?? false,
    keepAliveMs: options.keepAliveMs ?? 20_000,
    keepLog: options.keepLog ?? true,
    avatars: options.avatars ?? false,
  };
}
