import { cellOf } from './cell.ts';
import { EMPTY, type Normalise } from './normalise.ts';
import type { ListSettings } from './settings.ts';
import { placeholderFault } from './suspicious.ts';

/** Every entry in quotation marks, which may hold separators. */
const QUOTED = /^"[^"]*"(?:\s*[,;]\s*"[^"]*")*$/;

/**
 * The entries of a cell, trimmed, each once whatever its case, in their order: a JSON array for labels, or one text with
 * `join` between them. A cell of separators alone is empty.
 */
export const list: Normalise<ListSettings> = cellOf((given, { split = ';', join }) => {
  const placeholder = placeholderFault(given.trim());
  if (placeholder !== undefined) return placeholder;
  const entries = new Map<string, string>();
  const composed = given.normalize('NFC').trim();
  // Mailchimp writes `"VIP","Blog"` into one cell.
  const parts = QUOTED.test(composed) ? composed.slice(1, -1).split(/"\s*[,;]\s*"/) : composed.split(split);
  for (const part of parts) {
    const entry = part.trim();
    const name = entry.toLowerCase();
    if (entry !== '' && !entries.has(name)) entries.set(name, entry);
  }
  if (entries.size === 0) return EMPTY;
  const kept = [...entries.values()];
  // What is left may be such a word, as in `;-`.
  const alone = kept.length === 1 ? placeholderFault(kept[0]!) : undefined;
  if (alone !== undefined) return alone;
  return JSON.stringify(join === undefined ? kept : kept.join(join));
});
