import { mostInFlight } from '../../config/pace.ts';
import type { Definitions } from '../contact/attribute.ts';
import { readAccount } from '../lookup/account.ts';
import { censusOf, mayNeedIdentifiers } from '../lookup/census.ts';
import { type Choice, choose, NAMES } from '../lookup/choose.ts';
import { survey } from '../lookup/survey.ts';
import { Memory } from '../memory/memory.ts';
import type { PlanLookup } from '../plan/entry.ts';
import type { ChunkTools } from '../producer/chunk.ts';
import type { PlannedSource } from '../producer/source.ts';
import { ROWS_A_BATCH } from '../queue/intake.ts';
import type { RunState } from '../run/state.ts';
import type { Engine } from './engine.ts';

/** With fewer identifiers to look up, measuring would cost more than any way could save. */
const WORTH_MEASURING = 300;

/**
 * Finds out how the contacts of a run are looked up best, and does what has to be done before: reading the whole account
 * where that is cheaper. Returns how rows are compared with what is known before anybody asks the desk; undefined when
 * nothing known may be trusted.
 */
export async function findOut(
  engine: Engine,
  state: RunState,
  files: readonly PlannedSource[],
  definitions: Definitions | undefined,
  log: boolean,
  signal: AbortSignal,
): Promise<ChunkTools['recall'] | undefined> {
  const { config, runs, requests } = engine;
  const remembered = state.options.trust === 'remembered';
  // What was seen before the run is not believed where only live values count.
  const since = remembered ? 0 : state.startedAt;
  let { memory } = engine;
  // A run that is continued goes on as it began.
  let way = state.lookup?.way ?? undefined;
  if (state.rows === 0 && way === undefined) {
    const choice = await chooseWay(engine, state, files, definitions);
    if (choice?.way === 'account') {
      // A plan leaves no trace: what it learns lies among its own keys.
      if (engine.planning) memory = ownMemory(engine);
      const { fields } = choice;
      const seen = await readAccount({
        ask: (request) => engine.ask(request),
        requests,
        learn: async (sightings) => {
          await memory.learn(sightings);
          await engine.bound.sometimes();
        },
        fields,
        concurrency: mostInFlight(config),
        signal,
      });
      engine.countPreflight(state.run);
      if (seen === undefined) {
        choice.way = 'filter';
        choice.lookup = { way: NAMES.filter, why: 'the account could not be read to its end', others: [] };
      }
    }
    if (choice !== undefined) {
      way = choice.way;
      await runs.noteLookup(state.run, { way, plan: choice.lookup });
    }
  } else if (engine.planning && way === 'account') memory = ownMemory(engine);
  if (!remembered && way !== 'account') return undefined;
  return (rows) => memory.recall(since === 0 ? rows : rows.map((row) => ({ ...row, trustedSince: since })), { log });
}

/**
 * How the contacts of a plan were found where nothing had to be chosen, and what reading the whole account would have cost:
 * asked of the desk now, for the one who reads the plan, and counted for nobody.
 */
export async function tellLookup(engine: Engine, state: RunState): Promise<PlanLookup | null> {
  const { filter, read } = state.calls;
  if (filter + read === 0) {
    const why = state.outcomes.unchanged > 0 ? 'every row was seen before and holds' : 'no row has to be looked up';
    return { way: 'no look-up at all', why, others: [] };
  }
  if (state.lookup !== undefined) return state.lookup.plan;
  const measured = await survey((request) => engine.ask(request), engine.requests, []);
  engine.forgetAsked();
  const wanted = { index: filter * ROWS_A_BATCH, identifier: 0, id: read };
  return choose(wanted, measured, 'auto').lookup;
}

function ownMemory({ redis, keys, config }: Engine): Memory {
  return new Memory(redis, { ...keys, memory: keys.base }, { rememberForMs: config.remember_for * 3_600_000 });
}

async function chooseWay(
  engine: Engine,
  state: RunState,
  files: readonly PlannedSource[],
  definitions: Definitions | undefined,
): Promise<(Choice & { fields: string[] }) | undefined> {
  const { config, memory, requests } = engine;
  const forced = config.lookup;
  // E-mail and phone have an index: there is nothing to choose, and nothing has to be counted beforehand.
  if (!mayNeedIdentifiers(files) && forced !== 'account') return undefined;
  const census = await censusOf(files, definitions, state.options.limit);
  const { index, id, sample } = census;
  const known =
    sample.length === 0 || state.options.trust === 'live'
      ? 0
      : (await memory.known(
          sample.map((value) => ['identifier', value] as const),
          Date.now() - config.remember_for * 3_600_000,
        )) / sample.length;
  const identifier = Math.round(census.identifier * (1 - known));
  const wanted = { index, identifier, id };
  if (identifier < WORTH_MEASURING && forced !== 'account')
    return { ...choose(wanted, undefined, 'filter'), fields: census.fields };
  const measured = await survey((request) => engine.ask(request), requests, identifier > 0 ? sample : []);
  engine.countPreflight(state.run);
  return { ...choose(wanted, measured, forced), fields: census.fields };
}
