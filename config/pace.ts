import { z } from 'zod';

const TIME = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day like 22:00');

/** Percent of a desk. */
export const SHARE = z.number().min(1).max(100);

/** Calls a minute. */
export const RATE = z.number().positive().max(10_000_000);

/** A time of day in which another share of the desk may be taken. */
const WINDOW = z.strictObject({
  from: TIME.describe('When it begins, as the clock of this machine shows (TZ).'),
  to: TIME.describe('When it ends; before `from`: on the next day.'),
  desk_share: SHARE.describe('Percent of the desk that may be taken meanwhile.'),
});

const WINDOWS = z.array(WINDOW).default([]).describe('Times of day with another share; the first that fits counts.');

/** How fast calls are made. In a file a word alone is the mode. */
export const PACE = z
  .strictObject({
    mode: z
      .enum(['auto', 'fixed'])
      .default('auto')
      .describe('auto: follow the desk, so that its agents notice nothing. fixed: only rate and concurrency.'),
    windows: WINDOWS,
  })
  .prefault({});

export const DESK_SHARE = SHARE.default(50).describe(
  "Percent of the desk's own working time that our calls may take, of all processes together.",
);

export type Pace = z.infer<typeof PACE>;

/** The share of the desk that may be taken at a time of day, between 0 and 1. `minutes` since midnight. */
export function shareAt({ windows }: Pace, deskShare: number, minutes: number): number {
  const of = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const fits = windows.find(({ from, to }) => {
    const [begin, end] = [of(from), of(to)];
    return begin <= end ? minutes >= begin && minutes < end : minutes >= begin || minutes < end;
  });
  return (fits?.desk_share ?? deskShare) / 100;
}

const MOST_IN_FLIGHT = { auto: 8, fixed: 2 };

/** Most calls in flight in one process. */
export function mostInFlight({ pace, concurrency }: { pace: Pace; concurrency?: number | undefined }): number {
  return concurrency ?? MOST_IN_FLIGHT[pace.mode];
}
