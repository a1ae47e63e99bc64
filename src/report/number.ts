const thousands = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with thousands separators: `1,049`. */
export function count(n: number): string {
  return thousands.format(n);
}

/** A number with its noun: `1 row`, `1,049 rows`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** How often: `once`, `7 times`. */
export function times(n: number): string {
  return n === 1 ? 'once' : `${count(n)} times`;
}

/** A rate or ratio with as many decimals as tell something: `0.04`, `1.05`, `80.6`, `2,940`. */
export function decimal(n: number): string {
  if (n >= 100 || Number.isInteger(n)) return count(n);
  return n.toFixed(n < 10 ? 2 : 1);
}

/**
 * A share as a percentage. Rounded towards the honest side: one missing row of a million is not `100 %`, and one row of
 * a million is not `0 %`.
 */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part === whole) return '100 %';
  const exact = (part / whole) * 100;
  if (exact < 0.1) return '<0.1 %';
  return `${(part < whole ? Math.floor(exact * 10 + 1e-9) / 10 : exact).toFixed(1)} %`;
}

/** A span of milliseconds for people: `0.4 s`, `12.4 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths > 0 || ms === 0) {
    if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  } else {
    return '<0.1 s';
  }
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A moment for people, always in UTC so that it can be compared with the desk's log: `2026-01-14 02:15:09 UTC`. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** An amount of memory, in steps of 1,024 as Redis counts it: `512 MB`, `1.4 GB`. */
export function bytes(n: number): string {
  const step = n < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(n) / 10));
  const amount = n / 1024 ** step;
  return `${step === 0 || amount >= 100 ? count(amount) : amount.toFixed(1)} ${UNITS[step]}`;
}
