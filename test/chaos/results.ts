import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Campaign } from './tally.ts';

const RESULTS = join(import.meta.dirname, 'results');

/** Writes a campaign down, in place of an earlier one of the same seed and length. Returns the file. */
export function saveCampaign(campaign: Campaign): string {
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `seed-${campaign.seed}-${campaign.minutes}-min.json`);
  writeFileSync(file, `${JSON.stringify(campaign, null, 2)}\n`);
  return relative(process.cwd(), file);
}

/** All that were written down, by their seed. */
export function campaigns(): Campaign[] {
  return readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Campaign)
    .sort((a, b) => b.minutes - a.minutes || a.seed - b.seed);
}
