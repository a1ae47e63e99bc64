import { inBatches, inFlight, type Launch, perSecond, put, type Step, search } from './usual.ts';

/** Rows of one batch, and the pause behind it in milliseconds, of n8n's HTTP Request node as it comes. */
const N8N_BATCH = 50;
const N8N_PAUSE_MS = 1000;

/** Requests a second of drt as it comes. */
const DRT_PER_SECOND = 10;

/** One way to bring a file to the desk, by the calls it makes. */
export interface Way {
  name: string;
  steps: readonly Step[];
  /** Ids of the contacts are in the file. */
  ids: boolean;
  /** As it is launched when only its calls are counted: without pauses, which change none of them. */
  counted: Launch;
  /** Calls a minute that it allows itself. */
  ownLimit?: number;
}

export const SCRIPT: Way = {
  name: 'search + PUT for each row (the usual script)',
  steps: [search, put],
  ids: false,
  counted: inFlight(5),
};

export const PUT_EACH: Way = {
  name: 'PUT for each row, ids known',
  steps: [put],
  ids: true,
  counted: inFlight(5),
};

export const N8N: Way = {
  name: 'n8n-like: search + PUT for each item',
  steps: [search, put],
  ids: false,
  counted: inBatches(N8N_BATCH, 0),
};

export const DRT: Way = {
  name: `drt-like: PUT for each row, ids known, ${DRT_PER_SECOND} a second`,
  steps: [put],
  ids: true,
  counted: inFlight(1),
  ownLimit: DRT_PER_SECOND * 60,
};

/** The ways whose calls are counted. */
export const WAYS: readonly Way[] = [SCRIPT, PUT_EACH, N8N, DRT];

/** What is modelled, and where that is written. */
export const PATTERNS =
  `n8n runs each node once for every item, and its pages for limited APIs advise a loop over batches with a pause (docs.n8n.io, "Handle rate limits"): batches of ${N8N_BATCH} (${N8N_PAUSE_MS} ms apart, the defaults of its HTTP Request node), in each all searches at once, then all PUTs at once. ` +
  `drt sends one request a row from a template and looks nothing up at an HTTP destination (docs/connectors/rest-api.md), ${DRT_PER_SECOND} a second by default.`;

/** A way at a desk that takes its time. */
export interface Manner {
  name: string;
  way: Way;
  launch: Launch;
}

/** The ways that an agent is watched beside. */
export const MANNERS: readonly Manner[] = [
  { name: `${SCRIPT.name}, 5 in flight`, way: SCRIPT, launch: inFlight(5) },
  { name: `${SCRIPT.name}, 50 in flight`, way: SCRIPT, launch: inFlight(50) },
  { name: `${PUT_EACH.name}, 50 in flight`, way: PUT_EACH, launch: inFlight(50) },
  { name: `${N8N.name}, batches of ${N8N_BATCH}`, way: N8N, launch: inBatches(N8N_BATCH, N8N_PAUSE_MS) },
  { name: DRT.name, way: DRT, launch: perSecond(DRT_PER_SECOND) },
];
