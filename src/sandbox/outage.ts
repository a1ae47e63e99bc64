import { htmlPage, type Reply } from './reply.ts';

/** How an outage looks from outside: connections cut, or a proxy's page. */
export type OutageKind = 'refuse' | 502 | 503 | 504;

/** Times in which the desk cannot be reached. */
export class Outage {
  #until = 0;
  #kind: OutageKind = 'refuse';

  /** Begins one, for that many milliseconds from now. */
  begin(ms: number, kind: OutageKind): void {
    this.#until = Date.now() + ms;
    this.#kind = kind;
  }

  end(): void {
    this.#until = 0;
  }

  /** What a request gets right now; undefined when the desk is there. */
  answer(): 'refuse' | Reply | undefined {
    if (Date.now() >= this.#until) return undefined;
    return this.#kind === 'refuse' ? 'refuse' : htmlPage(this.#kind);
  }

  get isRefusing(): boolean {
    return this.answer() === 'refuse';
  }
}
