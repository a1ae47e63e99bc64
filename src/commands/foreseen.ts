import path from 'node:path';
import { mostInFlight } from '../../config/pace.ts';
import { DEFAULT_RATE } from '../../config/schema.ts';
import type { MatchKey } from '../contact/change.ts';
import { ABSENT } from '../contact/former.ts';
import { budgetOf, withTotal } from '../plan/budget.ts';
import { planText } from '../plan/draw.ts';
import type { Plan, PlanEntry } from '../plan/entry.ts';
import { Lowest } from '../plan/lowest.ts';
import type { PlanCommand } from '../plan/next-step.ts';
import { Tally } from '../plan/tally.ts';
import type { PlanWriter } from '../plan/write.ts';
import { keyOfNew } from '../queue/new-contact.ts';
import type { TextOptions } from '../report/text.ts';
import { changesIn } from '../run/changes.ts';
import { NEEDS_ATTENTION } from '../run/outcome.ts';
import { OUTCOMES_FILE, recordsOf } from '../run/outcomes-file.ts';
import type { OutcomeRecord } from '../run/record.ts';
import type { RunState } from '../run/state.ts';
import type { UndoRecord } from '../undo/vault.ts';
import type { Engine } from './engine.ts';
import { tellLookup } from './find-out.ts';
import type { Started } from './start.ts';

/** What the job `foresee` leaves behind for a row that would be written. */
interface ForeseenRecord extends UndoRecord {
  keys?: Partial<Record<MatchKey, string>>;
}

interface ReadOptions {
  writer: PlanWriter | undefined;
  /** How many changes, and how many rows that need attention, are kept to be shown. */
  shown: number;
}

/** A journey that was stopped before the first write, read back from its books. */
export class Foreseen {
  readonly #engine: Engine;
  readonly #state: RunState;
  readonly #tally: Tally;
  readonly #attention: Lowest<PlanEntry>;

  private constructor(engine: Engine, state: RunState, tally: Tally, attention: Lowest<PlanEntry>) {
    this.#engine = engine;
    this.#state = state;
    this.#tally = tally;
    this.#attention = attention;
  }

  /** Goes through the outcomes once: to the plan's file if there is one, and into the tally. */
  static async read({ engine, run, books }: Started, { writer, shown }: ReadOptions): Promise<Foreseen> {
    const state = (await engine.runs.get(run))!;
    const tally = new Tally(shown);
    const attention = new Lowest<PlanEntry>(shown);
    const changes = changesIn(books.changes);
    for await (const record of recordsOf(path.join(books.dir, OUTCOMES_FILE), state.drained)) {
      const entry = entryOf(record);
      if (record.outcome === 'updated' || record.outcome === 'created') {
        // Both files are written in one order, one line here for each that would be written.
        const next = await changes.next();
        if (next.done === true) throw new Error(`${books.changes} ends before the outcomes do`);
        complete(entry, JSON.parse(next.value) as ForeseenRecord);
      }
      tally.add(entry);
      if (NEEDS_ATTENTION.has(entry.outcome)) attention.add(entry);
      await writer?.add(entry);
    }
    return new Foreseen(engine, state, tally, attention);
  }

  /** The changes that are shown, in the order of the rows. */
  get changes(): readonly PlanEntry[] {
    return this.#tally.first;
  }

  /** The first rows that need attention, as many as changes are shown, in their order. */
  get attention(): readonly PlanEntry[] {
    return this.#attention.all;
  }

  async document(): Promise<Plan> {
    const state = this.#state;
    const { access, config } = this.#engine;
    return {
      run: state.run,
      base_url: access.baseUrl,
      account_id: access.accountId,
      created_at: new Date(state.startedAt).toISOString(),
      files: state.files.map(({ path: given, rows, sha256 }) => ({ path: given, rows, sha256 })),
      options: { ...state.options },
      rows: state.rows,
      outcomes: state.outcomes,
      reasons: state.reasons,
      calls: withTotal(state.calls),
      cost: budgetOf({
        calls: state.calls,
        medians: { ...(await this.#engine.costs.known()), ...state.medians },
        rate: config.rate ?? DEFAULT_RATE,
        concurrency: mostInFlight(config),
        share: this.#engine.limiter.share,
      }),
      fields: this.#tally.fields(),
      undo: this.#tally.undo(),
      rails: await this.#engine.rails.judged(state.run),
      lookup: await tellLookup(this.#engine, state),
    };
  }

  /** The plan on one screen. */
  text(document: Plan, command: PlanCommand, options: TextOptions): string {
    return planText(document, this.changes, { ...options, command });
  }
}

function entryOf(record: OutcomeRecord): PlanEntry {
  const { row, source, line, outcome, reason, contact_id, detail } = record;
  const entry: PlanEntry = { row, source, line, outcome, reason, contact_id, keys: {}, changes: [] };
  return detail === undefined ? entry : { ...entry, detail };
}

function complete(entry: PlanEntry, record: ForeseenRecord): void {
  const created = record.created === true;
  if (created) {
    const key = keyOfNew(record.contact);
    const text = record.fields[key]?.[1];
    if (text !== undefined) entry.keys = { [key]: JSON.parse(text) as string };
  } else entry.keys = record.keys ?? {};
  entry.changes = Object.entries(record.fields).map(([field, [before, after]]) => ({
    field,
    before: created ? ABSENT : (before ?? undefined),
    after,
  }));
}
