import type { RunState } from './state.ts';

/** What of a run does not add up; undefined when it does. `done` is the number of rows that carry an outcome's bit. */
export function imbalance(state: RunState, done: number): string | undefined {
  const sum = Object.values(state.outcomes).reduce((total, n) => total + n, 0);
  if (sum !== state.settled) return `the outcomes add up to ${sum}, but ${state.settled} rows were settled`;
  if (done !== state.settled) return `${state.settled} rows were settled, but ${done} are marked as done`;
  if (state.finishedAt !== null && state.rows !== state.settled)
    return `${state.rows} rows were read, but ${state.settled} were settled`;
  return undefined;
}
