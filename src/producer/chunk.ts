import type { Definitions } from '../contact/attribute.ts';
import type { Change, Place } from '../contact/change.ts';
import type { Patch } from '../contact/patch.ts';
import { toChange } from '../mapping/change.ts';
import { lookupOf } from '../match/condition.ts';
import type { Recalled } from '../memory/memory.ts';
import type { RecallableRow } from '../memory/pack.ts';
import { type Intake, LOOKUP_KINDS, type LookupKind, type WaitingRow } from '../queue/intake.ts';
import type { Jobs } from '../queue/jobs.ts';
import type { Delivery, Mailboxes } from '../queue/mailbox.ts';
import { versionOf } from '../queue/version.ts';
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
  now: () => number;
}

interface Entry {
  record: SourceRow;
  place: Place;
}

/** Some rows on their way, sorted by where they go. */
export class Chunk {
  readonly #state: RunState;
  readonly #file: PlannedSource;
  readonly #tools: ChunkTools;
  readonly #cancelled: boolean;
  readonly #changes: Change[] = [];
  /** Of rows that are older than this run. */
  readonly #versions = new Map<number, string>();
  readonly #endings: Ending[] = [];
  readonly #blind: Delivery[] = [];
  readonly #lookUps: Record<LookupKind, WaitingRow[]> = { index: [], identifier: [], id: [] };

  constructor(state: RunState, file: PlannedSource, tools: ChunkTools, cancelled: boolean) {
    this.#state = state;
    this.#file = file;
    this.#tools = tools;
    this.#cancelled = cancelled;
  }

  /** Turns rows into changes. Asks nobody, so Redis can be at work on the chunk before meanwhile. */
  map(entries: readonly Entry[]): this {
    for (const entry of entries) {
      const change = this.#read(entry);
      if (change !== undefined) this.#changes.push(change);
    }
    return this;
  }

  /** Resolves when every row is safely in Redis, with the number of those that somebody has to work on. */
  async send(): Promise<number> {
    const changes = await this.#recalled(this.#changes);
    for (const change of changes) this.#sort(change);
    const { ledger, intake, mailboxes, jobs } = this.#tools;
    const [, contacts, ...batches] = await Promise.all([
      ledger.settle(this.#endings),
      mailboxes.deliver(this.#blind),
      ...LOOKUP_KINDS.map((kind) => intake.take(kind, this.#lookUps[kind])),
    ]);
    // Nothing is to be learnt about rows that are written without being read, so they do not wait for the others.
    await jobs.add(contacts, batches.flat());
    return changes.length;
  }

  /** The changes of which nothing is remembered, or something else; the others have their outcome. */
  async #recalled(changes: readonly Change[]): Promise<readonly Change[]> {
    const { recall, ledger } = this.#tools;
    if (recall === undefined) return changes;
    const { run } = this.#state;
    const known = changes.filter(({ expect }) => expect === undefined);
    const answers = await recall(known.map((change) => this.#recallable(change)));
    const settled = new Set<Change>();
    const endings: Ending[] = [];
    const unchanged: Patch[] = [];
    for (const [i, answer] of answers.entries()) {
      if (answer.type !== 'settled') continue;
      settled.add(known[i]!);
      const circumstances = { ...NO_CALL, contact: answer.contact };
      if (answer.contact === null) continue;
      endings.push({ run, place: known[i]!, outcome: 'unchanged', reason: '', circumstances });
      unchanged.push(known[i]!.patch);
    }
    await this.#tools.onUnchanged(run, unchanged);
    await ledger.logFresh(
      endings,
      endings.map(() => 1),
    );
    return changes.filter((change) => !settled.has(change));
  }

  #recallable(change: Change): RecallableRow {
    const { row, file, line, keys, match, patch } = change;
    const key = match[0]!;
    const version = this.#versionOf(row);
    const fields = Object.entries(patch);
    return { run: this.#state.run, row, file, line, version, key: [key, keys[key]!], fields, trustedSince: 0 };
  }

  /** What a row asks for; undefined when it ends here. */
  #read({ record, place }: Entry): Change | undefined {
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
    if ('fault' in record) return end('invalid', record.fault.reason, record.fault.detail);
    if ('cells' in record && record.version !== undefined) this.#versions.set(place.row, record.version);
    const change =
      'change' in record
        ? { ...place, ...record.change }
        : toChange(this.#file.plan!, place, record.cells, this.#tools.definitions);
    if ('fault' in change) return end('invalid', change.fault.reason, change.fault.detail);
    return change;
  }

  #versionOf(row: number): string {
    return this.#versions.get(row) ?? versionOf(this.#state.startedAt, row);
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
