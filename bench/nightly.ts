import { AGENT_PER_SECOND, nightlyAgent } from './nightly-agent.ts';
import { IMPORT_PER_SECOND, IMPORT_START_S, nightlyCalls, SEARCHES_A_MINUTE } from './nightly-calls.ts';
import type { Result } from './result.ts';
import { MANNERS, type Manner, PATTERNS } from './ways.ts';

export interface NightlyOptions {
  rows: number;
  /** Rows that the other ways are measured on. */
  sample: number;
  /** How long an agent is watched beside each way. */
  seconds: number;
  /** How long `--pace auto` has to find its pace before that, in seconds. */
  warmUp: number;
  /** The ways it is watched beside. Default all. */
  manners?: readonly Manner[];
}

/** One row in so many differs each night: 2 %. */
const EVERY = 50;

/** A nightly file, beside what people use instead: what it costs the desk, and what an agent notices. */
export async function nightly({ rows, sample, seconds, warmUp, manners = MANNERS }: NightlyOptions): Promise<Result> {
  const most = Math.min(sample, rows);
  const { tables, goals, notes = [] } = await nightlyCalls({ rows, every: EVERY, sample: most });
  const beside = await nightlyAgent({ rows, every: EVERY, seconds, warmUp, manners });
  return {
    setting:
      `${rows} contacts, ${rows} rows matched by e-mail, of which 1 in ${EVERY} differs each night. Desk time is what the calls cost a real desk (src/sandbox/cost.ts, measured on 4.10.0: a search reads all contacts), summed over every call that arrived. ` +
      `The other ways are small clients, run on the first ${most} rows and multiplied. ${PATTERNS} The import is computed from ${IMPORT_START_S} s until it starts and ${IMPORT_PER_SECOND} rows/s, measured on a real desk. ` +
      `Minutes are clock minutes whose allowance is used up, searches having ${SEARCHES_A_MINUTE} a minute of their own. ` +
      `The agent opens ${AGENT_PER_SECOND} contacts a second at the desk model (one process, five threads), with no limit in force, so that every way goes as fast as the desk lets it; \`--pace auto\` has had ${warmUp} s to find its pace.`,
    tables: [...tables, beside],
    goals,
    notes,
  };
}
