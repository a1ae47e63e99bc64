import { createHash } from 'node:crypto';
import { attributesOf } from './contact.ts';
import { stringifyExact } from './json.ts';
import type { State } from './state.ts';
import type { Timers } from './timers.ts';

/** When the avatar jobs run, in milliseconds after the request. */
export interface AvatarOptions {
  /** For an `avatar_url` that was sent. Default 0. */
  delayMs?: number;
  /** For the Gravatar look-up after an e-mail was set. Default 30,000. */
  gravatarMs?: number;
  /** Between the job's reading of the contact and its writing. Default 0. */
  downloadMs?: number;
}

/**
 * The avatar job's trace (since 4.6.0): `avatar_url_hash` and `last_avatar_sync_at` in additional_attributes, found or
 * not, written over whatever changed since the job read the contact; no event announces it. Nothing is downloaded.
 */
export function keepAvatarBooks(state: State, timers: Timers, options: AvatarOptions): void {
  state.onAvatar = (id, url) => {
    if (state.version === '4.1') return;
    const delay = url === null ? (options.gravatarMs ?? 30_000) : (options.delayMs ?? 0);
    timers.after(delay, () => {
      const contact = state.store.get(id);
      if (!contact) return;
      const source = url ?? `https://www.gravatar.com/avatar/${md5(contact.email ?? '')}?d=404`;
      const books = { last_avatar_sync_at: new Date().toISOString(), avatar_url_hash: sha256(source) };
      const additional = stringifyExact({ ...attributesOf(contact.additional), ...books });
      timers.after(options.downloadMs ?? 0, () => {
        const current = state.store.get(id);
        if (current) state.store.put({ ...current, additional });
      });
    });
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
