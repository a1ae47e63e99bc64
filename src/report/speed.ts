interface Sample {
  at: number;
  settled: number;
}

/** Shorter than this says nothing about the speed. */
const SHORTEST_MS = 1000;
const GRAIN_MS = 100;

/** Rows per second over a sliding window, so that a burst or a pause neither jumps nor lingers. */
export interface Speed {
  add(at: number, settled: number): void;
  /** Undefined until there is a second to look at. */
  perSecond(): number | undefined;
}

/** Makes a `Speed` over the last `windowMs`; when samples are rarer than that, over the last two. */
export function createSpeed(windowMs: number): Speed {
  const samples: Sample[] = [];
  let newest: Sample | undefined;
  return {
    add(at, settled) {
      newest = { at, settled };
      const last = samples.at(-1);
      if (last === undefined || at - last.at >= GRAIN_MS) samples.push(newest);
      // The first sample is the youngest one that is as old as the window.
      while (samples[1] !== undefined && samples[1].at <= at - windowMs) samples.shift();
    },
    perSecond() {
      const oldest = samples[0];
      if (oldest === undefined || newest === undefined || newest.at - oldest.at < SHORTEST_MS) return undefined;
      return Math.max(0, (newest.settled - oldest.settled) / ((newest.at - oldest.at) / 1000));
    },
  };
}
