import { readFileSync } from 'node:fs';
import type { SandboxVersion } from '../../src/sandbox/version.ts';

/** One recorded request with the answer a real desk gave; the shape of the recording's lines. */
export interface Exchange {
  kind: string;
  name: string;
  method: string;
  path: string;
  body?: unknown;
  raw?: string;
  rawBase64?: string;
  headers?: Record<string, string | null>;
  token?: string | null;
  vars?: Record<string, unknown>;
  save?: Record<string, string>;
  unordered?: boolean;
  response: { status: number; type: string; body: unknown };
}

type Difference = Pick<Exchange, 'kind' | 'name' | 'response' | 'unordered'>;

const RECORDED_DIFFERENCES: Partial<Record<SandboxVersion, string>> = {
  '4.1': 'differences-4.1.0.json',
  '4.15': 'differences-4.15.1.json',
};

/** The scenario as that version played it: recorded on 4.10.0, with the steps that the version answers otherwise. */
export function scenarioOf(version: SandboxVersion): Exchange[] {
  const exchanges = read<Exchange[]>('exchanges.json');
  const file = RECORDED_DIFFERENCES[version];
  if (!file) return exchanges;
  const differences = new Map(read<Difference[]>(file).map((step) => [`${step.kind}: ${step.name}`, step]));
  const result = exchanges.map((exchange) => {
    const difference = differences.get(`${exchange.kind}: ${exchange.name}`);
    differences.delete(`${exchange.kind}: ${exchange.name}`);
    return difference ? { ...exchange, response: difference.response } : exchange;
  });
  if (differences.size > 0) throw new Error(`${file} names steps that the scenario lacks: ${[...differences.keys()]}`);
  return result;
}

/** Parses a file of this folder. */
export function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}
