import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { printable } from '../report/layout.ts';
import { chunksOf, look, openPlan } from './bytes.ts';
import { type PlanEntry, writes } from './entry.ts';
import { fault, PlanFileError } from './error.ts';
import { type PlanHeader, parseChecksum, parseEntry, parseHeader } from './line.ts';
import { linesOf } from './lines.ts';
import { sameDesk } from './same-desk.ts';

/** An entry that writes, with its number among those: 0, 1, 2 ... in the order of the file. */
export interface NumberedEntry {
  number: number;
  /** Line (1-based) of the file. */
  line: number;
  entry: PlanEntry;
}

const LF = 0x0a;

/** The desk that the configuration names. */
export interface Desk {
  baseUrl: string;
  accountId: number;
}

/** A plan's file that was read once from end to end and found whole, unchanged and meant for this desk. */
export class PlanReader {
  readonly header: PlanHeader;
  /** Of everything but its last line, in hex: what a run that is continued recognises its plan by. */
  readonly sha256: string;
  readonly rows: number;
  /** How many of the rows write: what `entries` goes through. */
  readonly writes: number;
  /** Bytes. */
  readonly size: number;
  readonly #place: string;
  readonly #file: FileHandle;
  readonly #seen: string;

  private constructor(place: string, file: FileHandle, seen: string, checked: Checked) {
    this.header = checked.header;
    this.sha256 = checked.sha256;
    this.rows = checked.rows;
    this.writes = checked.writes;
    this.size = checked.size;
    this.#place = place;
    this.#file = file;
    this.#seen = seen;
  }

  /**
   * Reads the file to its end before anything of it is carried out. Close what it answers.
   *
   * @throws PlanFileError
   */
  static async open(place: string, desk: Desk): Promise<PlanReader> {
    const file = await openPlan(place);
    try {
      const seen = await look(file);
      const checked = await check(place, file);
      refuseForeign(place, checked.header, desk);
      return new PlanReader(place, file, seen, checked);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * The entries that write, in the order of the file, beginning with the given number.
   *
   * @throws PlanFileError when the file was written to since it was opened
   */
  async *entries(from = 0): AsyncGenerator<NumberedEntry, void, undefined> {
    const changed = () => fault('changed-meanwhile', this.#place);
    let number = 0;
    let left = this.rows;
    let header = true;
    const unchanged = async () => {
      if ((await look(this.#file)) !== this.#seen) throw changed();
    };
    for await (const line of linesOf(chunksOf(this.#file, unchanged))) {
      if (header) {
        header = false;
        continue;
      }
      if (left-- === 0) return;
      const entry = parseEntry(line.toString());
      if (entry === undefined) throw changed();
      if (!writes(entry)) continue;
      if (number >= from) yield { number, line: this.rows - left + 1, entry };
      number++;
    }
    throw changed();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

interface Checked {
  header: PlanHeader;
  sha256: string;
  rows: number;
  writes: number;
  size: number;
}

/** The first pass: shape of every line and the checksum over all of them. */
async function check(place: string, file: FileHandle): Promise<Checked> {
  const hash = createHash('sha256');
  let header: PlanHeader | undefined;
  let rows = 0;
  let written = 0;
  let misshapen = false;
  // The last line is not known for the last before the next one does not come.
  let held: Buffer | undefined;
  for await (const line of linesOf(chunksOf(file))) {
    if (held !== undefined) {
      hash.update(held);
      if (header === undefined) {
        header = headerOf(held, place);
      } else {
        rows++;
        const entry = parseEntry(held.toString());
        if (entry === undefined) misshapen = true;
        else if (writes(entry)) written++;
      }
    }
    held = line;
  }
  if (header === undefined) headerOf(held ?? Buffer.alloc(0), place);
  const end = held === undefined ? undefined : parseChecksum(held.toString());
  if (header === undefined || end === undefined) throw fault(isEnd(held) ? 'edited' : 'cut-off', place);
  const sha256 = hash.digest('hex');
  if (sha256 !== end.sha256 || rows !== end.rows) throw fault('edited', place);
  // Nobody touched it, so whoever wrote it knew more than we do: a new reason, say.
  if (misshapen) throw fault('newer-version', place);
  return { header, sha256, rows, writes: written, size: (await file.stat()).size };
}

/** Whether a line wants to be the last one, and is whole. */
function isEnd(line: Buffer | undefined): boolean {
  return line?.at(-1) === LF && line.toString().startsWith('{"checksum":');
}

function headerOf(line: Buffer, place: string): PlanHeader {
  const header = parseHeader(line.toString());
  if (header === 'newer') throw fault('newer-version', place);
  // A header without its line break is the beginning of a plan, however short.
  if (header === undefined) throw fault(line.at(-1) === LF ? 'edited' : 'cut-off', place);
  return header;
}

function refuseForeign(place: string, header: PlanHeader, { baseUrl, accountId }: Desk): void {
  if (!sameDesk(header.base_url, baseUrl)) {
    throw new PlanFileError(
      'foreign-desk',
      place,
      `was made for ${printable(header.base_url)}, and the configuration names ${baseUrl}. Correct CHATWOOT_BASE_URL, or make a plan for this desk.`,
    );
  }
  if (header.account_id !== accountId) {
    throw new PlanFileError(
      'foreign-account',
      place,
      `was made for account ${header.account_id}, and the configuration names account ${accountId}. Correct CHATWOOT_ACCOUNT_ID, or make a plan for this account.`,
    );
  }
}
