import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../crm.ts';
import type { Line, Tamper } from '../wire.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

/** A request in so many is struck. */
const SHARE = 0.3;

/**
 * A row has five attempts for what befalls it alone. Later ones than this are left in peace, so that no row may end as
 * `failed` and the model of what the desk holds stays exact. The number stands at the end of the request's id.
 */
const LAST_ATTEMPT_STRUCK = 2;

/** Whether this is the beginning of a request that may be struck. */
function isStruck(chunk: Buffer, random: () => number): boolean {
  const head = chunk.subarray(0, 2000).toString('latin1');
  if (!/^(GET|PUT|POST|PATCH|DELETE) /.test(head)) return false;
  const attempt = Number(/x-request-id: \S*?-(\d+)[a-z]?\r/i.exec(head)?.[1] ?? 1);
  return attempt <= LAST_ATTEMPT_STRUCK && random() < SHARE;
}

/** A fault that chooses requests and does something to them before the desk gets them, or to their answers. */
function struck(name: string, what: string, weight: number, parts: { request?: Tamper; answer?: Tamper }): Fault {
  return {
    name,
    what: `of three calls, one: ${what}`,
    group: 'answers',
    lasts: [1000, 6000],
    weight,
    inflict({ wire }: World, dice) {
      const random = seeded(Math.floor(dice * 2 ** 31));
      wire.onRequest = (chunk, line) => {
        line.note = isStruck(chunk, random);
        return line.note === true && parts.request !== undefined ? parts.request(chunk, line) : chunk;
      };
      wire.onAnswer = (chunk, line) => {
        return line.note === true && parts.answer !== undefined ? parts.answer(chunk, line) : chunk;
      };
      return () => {
        wire.onRequest = undefined;
        wire.onAnswer = undefined;
      };
    },
  };
}

const cut: Tamper = (_, line) => {
  line.reset();
  return undefined;
};

/** It never comes; the program has to give up waiting by itself. */
const lost: Tamper = () => undefined;

const half: Tamper = (chunk, line) => {
  line.answer(chunk.subarray(0, chunk.length >> 1));
  line.reset();
  return undefined;
};

const PARTS = 8;
const PART_EVERY_MS = 250;

const slowly: Tamper = async (chunk, line) => {
  const size = Math.ceil(chunk.length / PARTS);
  for (let from = 0; from < chunk.length; from += size) {
    await sleep(PART_EVERY_MS);
    line.answer(chunk.subarray(from, from + size));
  }
  return undefined;
};

const GARBAGE: readonly string[] = [
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"payload":[',
  'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<h1>hello</h1',
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
  '\u0000\u0001\u0002 no answer at all\r\n\r\n',
];

function garbage(chunk: Buffer, line: Line): undefined {
  line.answer(Buffer.from(GARBAGE[chunk.length % GARBAGE.length]!, 'latin1'));
  return undefined;
}

/** A proxy takes the header away by which the desk says what a call cost it. As long as the header, so that nothing moves. */
const stripped: Fault = {
  name: 'x-runtime-stripped',
  what: 'a proxy takes away the header by which the pace is found',
  group: 'answers',
  lasts: [3000, 12_000],
  weight: 1,
  inflict({ wire }) {
    wire.onAnswer = (chunk) => {
      const at = chunk.indexOf('x-runtime:');
      if (at >= 0) chunk.write('x-nothing', at, 'latin1');
      return chunk;
    };
    return () => {
      wire.onAnswer = undefined;
    };
  },
};

/** Far away from the desk. */
const latency: Fault = {
  name: 'desk-latency',
  what: 'each message to and from the desk takes up to 320 ms',
  group: 'desk-wire',
  lasts: [2000, 8000],
  weight: 1,
  inflict({ wire }, dice) {
    wire.latencyMs = Math.round(20 + dice * 300);
    return () => {
      wire.latencyMs = 0;
    };
  },
};

/** What happens to single calls between the program and the desk. */
export const ANSWER_FAULTS: readonly Fault[] = [
  struck('cut-before', 'the connection is reset before the desk has the request', 1, { request: cut }),
  struck('cut-after', 'the connection is reset after the desk did it', 2, { answer: cut }),
  struck('hang-before', 'the request is lost on the way, and nobody says so', 1, { request: lost }),
  struck('hang-after', 'done, and the answer is lost', 1, { answer: lost }),
  struck('half-answer', 'half of the answer comes, then a reset', 1, { answer: half }),
  struck('slow-answer', 'the answer dribbles in over 2 s', 1, { answer: slowly }),
  struck('garbage', 'done, but what comes back is cut JSON, a page of a proxy, `{}`, or no HTTP at all', 1, {
    answer: garbage,
  }),
  stripped,
  latency,
];
