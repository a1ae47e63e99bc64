import type { Definitions } from '../contact/attribute.ts';
import type { Change, Place } from '../contact/change.ts';
import type { Patch } from '../contact/patch.ts';
import { toChange } from '../mapping/change.ts';
import type { Remarks } from '../mapping/remarks.ts';
import { lookupOf } from '../match/condition.ts';
import type { Recalled } from '../memory/memory.ts';
import type { RecallableRow } from '../memory/pack.ts';
import { type Intake, LOOKUP_KINDS, type LookupKind, type WaitingRow } from '../queue/intake.ts';
import type { Jobs } from '../queue/jobs.ts';
import type { Delivery, Mailboxes } from '../queue/mailbox.ts';
import { ROW_DIGITS, versionOf } from '../queue/version.ts';
import { type Ending, NO_CALL } from '../run/entry.ts';
import type { Ledger } from '../run/ledger.ts';
import type { RunState } from '../run/state.ts';
import type { PlannedSource, SourceRow } from './source.ts';

export interface ChunkTools {
  ledger: Ledger;
  intake: Intake;
  mailboxes: Mailboxes;
  jobs: Jobs;
  definitions: Definitions | undefined;
  /** Settles what is remembered to be as it should; absent when nothing remembered is trusted. */
  recall?: (rows: readonly RecallableRow[]) => Promise<Recalled[]>;
  /** Told what rows wanted that were settled by what is remembered. */
  onUnchanged: (run: string, patches: readonly Patch[]) => Promise<void>;
  /** Counts what was left out of cells; nobody has to want to know. */
  remarks?: Remarks;
  now: () => number;
}

/** Some rows on their way, sorted by where they go. */
export class Chunk {
  readonly #state: RunState;
  readonly #file: PlannedSource;
  readonly #tools: ChunkTools;
  readonly #cancelled: boolean;
  readonly #changes: Change[] = [];
  /** When its values were true, in epoch milliseconds. */
  #observedAt: number;
  /** Of rows that were read by an earlier run first, or that say themselves how old they are. */
  readonly #versions = new Map<number, string>();
  /** Rows that may be remembered, and what is known of each. */
  #known: readonly Change[] = [];
  #answers: Promise<Recalled[]> | undefined;
  readonly #endings: Ending[] = [];
  readonly #blind: Delivery[] = [];
  readonly #lookUps: Record<LookupKind, WaitingRow[]> = { index: [], identifier: [], id: [] };

  constructor(state: RunState, file: PlannedSource, tools: ChunkTools, cancelled: boolean) {
    this.#state = state;
    this.#file = file;
    this.#tools = tools;
    this.#cancelled = cancelled;
    this.#observedAt = state.startedAt;
  }

  /** Turns rows into changes. Asks nobody, so Redis can be at work on the chunk before meanwhile. */
  map(records: readonly SourceRow[], file: number, firstRow: number): this {
    // As it was noted when the run began: a file that is only touched meanwhile does not become newer.
    this.#observedAt = this.#state.files[file]?.observed_at ?? this.#state.startedAt;
    for (const [i, record] of records.entries()) {
      const change = this.#read(record, { row: firstRow + i, file, line: record.line });
      if (change !== undefined) this.#changes.push(change);
    }
    return this;
  }

  /**
   * Asks what is remembered of the rows, ahead of `send`: Redis is at work on them while the chunk before goes its way.
   * Newer rows may so be settled before older ones are looked up; versions keep the older from winning.
   */
  ask(): void {
    const { recall } = this.#tools;
    if (recall === undefined) return;
    this.#known = this.#changes.filter(({ expect }) => expect === undefined);
    this.#answers = recall(this.#known.map((change) => this.#recallable(change)));
    // It is waited for in `send`; until then nobody listens.
    this.#answers.catch(() => undefined);
  }

  /** Resolves when every row is safely in Redis, with the number of those that somebody has to work on. */
  async send(): Promise<number> {
    const { endings, patches, changes } = await this.#recalled();
    for (const change of changes) this.#sort(change);
    const { ledger, intake, mailboxes, jobs, onUnchanged } = this.#tools;
    const [, , , contacts, ...batches] = await Promise.all([
      // Counted before anything is looked up: a rail judges by both.
      onUnchanged(this.#state.run, patches),
      ledger.logFresh(
        endings,
        endings.map(() => 1),
      ),
      ledger.settle(this.#endings),
      mailboxes.deliver(this.#blind),
      ...LOOKUP_KINDS.map((kind) => intake.take(kind, this.#lookUps[kind])),
    ]);
    // Nothing is to be learnt about rows that are written without being read, so they do not wait for the others.
    await jobs.add(contacts, batches.flat());
    return changes.length;
  }

  /** What memory has ended, with what its rows wanted, and the changes that somebody has to work on. */
  async #recalled(): Promise<{ endings: Ending[]; patches: Patch[]; changes: readonly Change[] }> {
    const endings: Ending[] = [];
    const patches: Patch[] = [];
    if (this.#answers === undefined) return { endings, patches, changes: this.#changes };
    const { run } = this.#state;
    const logged = this.#tools.ledger.logs;
    // Rows that were decided upon before are not for memory to end.
    const changes = this.#changes.filter(({ expect }) => expect !== undefined);
    for (const [i, answer] of (await this.#answers).entries()) {
      const change = this.#known[i]!;
      if (answer.type !== 'settled') changes.push(change);
      else if (answer.contact !== null) {
        patches.push(change.patch);
        if (!logged) continue;
        const circumstances = { ...NO_CALL, contact: answer.contact };
        endings.push({ run, place: change, outcome: 'unchanged', reason: '', circumstances });
      }
    }
    return { endings, patches, changes };
  }

  #recallable(change: Change): RecallableRow {
    const { row, file, line, keys, match, patch } = change;
    const key = match[0]!;
    const version = this.#versionOf(row);
    const fields = Object.entries(patch);
    return { run: this.#state.run, row, file, line, version, key: [key, keys[key]!], fields, trustedSince: 0 };
  }

  /** What a row asks for; undefined when it ends here. */
  #read(record: SourceRow, place: Place): Change | undefined {
    const { run, options } = this.#state;
    const end = (outcome: Ending['outcome'], reason: Ending['reason'], detail = ''): undefined => {
      this.#endings.push({ run, place, outcome, reason, circumstances: { ...NO_CALL, detail } });
    };
    if (this.#cancelled) return end('cancelled', 'run-cancelled');
    if (options.limit !== null && place.row >= options.limit) return end('skipped', 'over-limit');
    if ('skipped' in record) {
      const circumstances = { ...NO_CALL, contact: record.contact };
      this.#endings.push({ run, place, outcome: 'skipped', reason: record.skipped, circumstances });
      return undefined;
    }
    if ('stale' in record) return end('stale', record.stale);
    if ('fault' in record) return end('invalid', record.fault.reason, record.fault.detail);
    if ('cells' in record && record.version !== undefined) this.#versions.set(place.row, record.version);
    const change =
      'change' in record
        ? { ...place, ...record.change }
        : toChange(this.#file.plan!, place, record.cells, this.#tools.definitions, this.#tools.remarks);
    if ('fault' in change) return end(change.skipped ? 'skipped' : 'invalid', change.fault.reason, change.fault.detail);
    if (!('observedAt' in change)) return change;
    const { observedAt, ...rest } = change;
    this.#versions.set(place.row, this.#agedBy(observedAt ?? this.#observedAt, place.row));
    return rest;
  }

  /** Never newer than the file it stands in: it would win over everything until then. */
  #agedBy(observedAt: number, row: number): string {
    const known = this.#versionOf(row);
    const own = versionOf(observedAt, row);
    // Tries of one row are told apart by what stands behind the time.
    return own < known ? own.slice(0, -ROW_DIGITS) + known.slice(-ROW_DIGITS) : known;
  }

  #versionOf(row: number): string {
    return this.#versions.get(row) ?? versionOf(this.#observedAt, row);
  }

  #sort(change: Change): void {
    const { run, options } = this.#state;
    const version = this.#versionOf(change.row);
    const lookup = lookupOf(change);
    if (lookup !== 'id' || options.undo || change.expect !== undefined) {
      this.#lookUps[lookup].push({ ...change, run, version, since: this.#tools.now() });
      return;
    }
    const fields = Object.entries(change.patch).map(([field, value]) => ({ field, version, value, differs: true }));
    this.#blind.push({
      contact: change.keys.id!,
      readAt: Number.POSITIVE_INFINITY,
      rows: [{ row: change.row, file: change.file, line: change.line, run, version }],
      fields,
      circumstances: { ...NO_CALL, contact: change.keys.id! },
    });
  }
}
