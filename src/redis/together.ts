import type { RedisClient } from './connect.ts';

/**
 * What may go together, in the order in which it goes: what a write taught is there before the mailbox is acknowledged, and
 * a slot is asked for last, when it is to be used.
 */
const ORDER = ['learn', 'acknowledge', 'peek', 'acquire'] as const;

/** Most in one script call: Redis does nothing else meanwhile. */
const MOST = 100;

type Send = () => Promise<void>;

/** What is to be sent at the end of this turn of the event loop, of one connection. */
class Turn {
  readonly #sends = new Map<(typeof ORDER)[number], Send[]>();

  add(kind: (typeof ORDER)[number], send: Send): void {
    if (this.#sends.size === 0) setImmediate(() => this.#end());
    const sends = this.#sends.get(kind) ?? [];
    this.#sends.set(kind, sends);
    sends.push(send);
  }

  #end(): void {
    const sends = ORDER.flatMap((kind) => this.#sends.get(kind) ?? []);
    this.#sends.clear();
    for (const send of sends) void send();
  }
}

const turns = new WeakMap<RedisClient, Turn>();

function turnOf(redis: RedisClient): Turn {
  let turn = turns.get(redis);
  if (turn === undefined) {
    turn = new Turn();
    turns.set(redis, turn);
  }
  return turn;
}

interface Asked<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Puts what is asked for in one turn of the event loop into one script call. With 50 calls in flight five jobs get on in
 * a turn, and a call of its own for each costs this process and Redis more than what is done in it.
 */
export class Together<Item, Answer> {
  readonly #turn: Turn;
  readonly #kind: (typeof ORDER)[number];
  readonly #tell: (items: readonly Item[]) => Promise<readonly Answer[]>;
  #open: Asked<Item, Answer>[] = [];

  /** @param tell asks for all of these, and gives their answers in their order */
  constructor(
    redis: RedisClient,
    kind: (typeof ORDER)[number],
    tell: (items: readonly Item[]) => Promise<readonly Answer[]>,
  ) {
    this.#turn = turnOf(redis);
    this.#kind = kind;
    this.#tell = tell;
  }

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#open.length === 0 || this.#open.length === MOST) {
        const asked: Asked<Item, Answer>[] = [];
        this.#open = asked;
        this.#turn.add(this.#kind, () => {
          if (this.#open === asked) this.#open = [];
          return this.#send(asked);
        });
      }
      this.#open.push({ item, resolve, reject });
    });
  }

  async #send(asked: readonly Asked<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#tell(asked.map(({ item }) => item));
      for (const [i, { resolve }] of asked.entries()) resolve(answers[i]!);
    } catch (error) {
      // A script that fails at one of them is none of the others' matter. Whatever it did for them may be repeated.
      const alone = asked.length > 1 && error instanceof Error && error.name === 'ReplyError';
      if (!alone) for (const { reject } of asked) reject(error);
      else for (const one of asked) void this.#send([one]);
    }
  }
}
