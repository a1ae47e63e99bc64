import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findServer } from '../src/redis/find.ts';

export interface Table {
  title: string;
  head: string[];
  rows: (string | number)[][];
}

/** What was asked for, what came out, and whether that is enough. */
export interface Goal {
  goal: string;
  measured: string;
  holds: boolean;
}

export interface Result {
  /** What was set up, in a sentence or two; the numbers in it come from the options. */
  setting: string;
  tables: Table[];
  goals: Goal[];
  /** Why a goal is missed, and what the numbers show: sentences whose figures come from the run. */
  notes?: string[];
}

/** One day's results: `bench/results/<date>.json`. */
export interface Results {
  date: string;
  machine: Record<string, string>;
  benches: Record<string, { command: string; at: string } & Result>;
}

const RESULTS = path.join(import.meta.dirname, 'results');

/** The result as Markdown. */
export function textOf({ setting, tables, goals, notes = [] }: Result): string {
  const goalTable: Table = {
    title: '',
    head: ['goal', 'measured', ''],
    rows: goals.map(({ goal, measured, holds }) => [goal, measured, holds ? 'holds' : '**missed**']),
  };
  return [setting, ...tables.map(tableText), tableText(goalTable), ...notes].join('\n\n').concat('\n');
}

function tableText({ title, head, rows }: Table): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, i) => (i === 0 ? '---' : '---:')));
  return [...(title === '' ? [] : [`**${title}**`, '']), line(head), rule, ...rows.map(line)].join('\n');
}

/** Puts a result into today's file, in place of an earlier one of the same benchmark. */
export async function saveResult(name: string, command: string, result: Result): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const file = path.join(RESULTS, `${date}.json`);
  mkdirSync(RESULTS, { recursive: true });
  let before: Results | undefined;
  try {
    before = JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch {
    // The first result of the day.
  }
  const tables = result.tables.map((table) => ({ ...table, rows: table.rows.map((cells) => cells.map(String)) }));
  const benches = { ...before?.benches, [name]: { command, at: new Date().toISOString(), ...result, tables } };
  const results: Results = { date, machine: await machine(), benches };
  // Rows of a table on one line each, as the formatter of this repository would have them.
  const text = JSON.stringify(results, null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, cells: string) => {
    return `[${cells.replace(/\n\s+/g, ' ')}]`;
  });
  writeFileSync(file, `${text}\n`);
}

/** The newest result of each benchmark; the machine is that of the newest file. */
export function newestResults(): Results {
  const files = readdirSync(RESULTS).filter((name) => name.endsWith('.json'));
  if (files.length === 0) throw new Error(`No results in ${RESULTS}. Run a benchmark first.`);
  const days = files.sort().map((name) => JSON.parse(readFileSync(path.join(RESULTS, name), 'utf8')) as Results);
  return { ...days.at(-1)!, benches: Object.assign({}, ...days.map(({ benches }) => benches)) };
}

async function machine(): Promise<Record<string, string>> {
  const { path: server } = await findServer();
  const packages = JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const { bullmq, got, ioredis } = packages.dependencies;
  const cpus = os.cpus();
  return {
    machine: `${cpus.length} cores (${cpus[0]?.model.trim() ?? 'unknown'}), ${Math.round(os.totalmem() / 2 ** 30)} GB memory`,
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    redis: execFileSync(server, ['--version'], { encoding: 'utf8' }).split(' sha=')[0]!.trim(),
    packages: `bullmq ${bullmq}, got ${got}, ioredis ${ioredis}`,
  };
}

/** Of sorted values, the smallest that `share` of them do not exceed; undefined of none. */
export function percentile<T>(sorted: readonly T[], share: number): T | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
