import { isUtf8 } from 'node:buffer';
import type { Block } from '../csv/split.ts';
import { SourceError } from '../error.ts';
import { JsonSplitter } from './split.ts';
import { valuesIn } from './values.ts';

/** More are no fields of a person: ids that are used as names, for example. */
const MAX_NAMES = 2000;

/** Collects the names of all values of a JSON file as it streams by, in the order in which they come up. */
export class Names {
  readonly #splitter: JsonSplitter;
  readonly #place: string;
  readonly #names = new Set<string>();
  /** Records that were objects, and that were not. */
  #sound = 0;
  #broken = 0;

  /** @param place the path, for the error text */
  constructor(format: 'ndjson' | 'json', place: string) {
    this.#splitter = new JsonSplitter(format);
    this.#place = place;
  }

  /** @throws SourceError when there are too many */
  push(text: Buffer): void {
    this.#take(this.#splitter.push(text));
  }

  /** @throws SourceError when there are none */
  finish(): string[] {
    this.#take(this.#splitter.end());
    if (this.#names.size > 0) return [...this.#names];
    const message =
      this.#sound > 0 || this.#broken === 0
        ? 'holds no record with a value. Check the export that writes it.'
        : 'is JSON, but neither a list of objects nor one object a line. Cut its list out, for example with jq -c ".contacts[]".';
    throw new SourceError('no-header', this.#place, message);
  }

  #take({ bytes, spans }: Block): void {
    for (const { start, end, fault } of spans) {
      const record = bytes.subarray(start, end);
      const values = fault !== undefined || !isUtf8(record) ? '' : valuesIn(record.toString());
      if (typeof values === 'string') {
        this.#broken++;
        continue;
      }
      this.#sound++;
      for (const name of values.keys()) this.#names.add(name);
      if (this.#names.size <= MAX_NAMES) continue;
      const message = `has more than ${MAX_NAMES} different names of values. Export fewer, with the same names in each record.`;
      throw new SourceError('too-many-columns', this.#place, message);
    }
  }
}
