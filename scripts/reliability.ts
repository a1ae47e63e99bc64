import { FAULTS } from '../test/chaos/faults/catalog.ts';
import { campaigns } from '../test/chaos/results.ts';

const count = (n: number) => n.toLocaleString('en-US');

/** A line for each campaign that was written down, and one for all of them. */
export function campaignRows(): string[][] {
  const all = campaigns();
  const rows = all.map(({ seed, minutes, date, rounds, rows, calls, processes, strikes, failed }) => {
    const counts = [rounds, rows, calls, processes, strikes, failed.length];
    return [String(seed), String(minutes), date, ...counts.map(count)];
  });
  const sum = (of: (campaign: (typeof all)[number]) => number) => count(all.reduce((total, one) => total + of(one), 0));
  const sums = [sum((c) => c.rounds), sum((c) => c.rows), sum((c) => c.calls), sum((c) => c.processes)];
  return [...rows, ['all', sum((c) => c.minutes), '', ...sums, sum((c) => c.strikes), sum((c) => c.failed.length)]];
}

/** A line for each fault: what it is, and how often it struck in all campaigns. */
export function faultRows(): string[][] {
  const all = campaigns();
  return FAULTS.map(({ name, what }) => {
    return [`\`${name}\``, what, count(all.reduce((total, { faults }) => total + (faults[name] ?? 0), 0))];
  });
}
